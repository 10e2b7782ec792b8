import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Actor, appendAudit } from '../../../backend/audit/append.ts';
import { readAudit } from '../../../backend/audit/read.ts';
import { auditRefusal } from '../../../backend/audit/refusals.ts';
import { AppError, type ErrorCode } from '../../../protocol/errors.ts';
import { auditEntrySchema } from '../../../protocol/model/audit.ts';
import { systemClock } from '../../../protocol/time.ts';
import { startTestDatabase } from '../../support/database.ts';

let store: Awaited<ReturnType<typeof startTestDatabase>>;
beforeAll(async () => {
  store = await startTestDatabase();
});
afterAll(() => store.dispose());

const everything = () => readAudit(store.database, 0, 1000);
const erin: Actor = { id: 'per_erin000000', name: 'Erin' };

describe('refused acts', () => {
  const refuse = (error: unknown, inTransaction = false) =>
    auditRefusal(store.database, systemClock, { kind: 'request.refused', actor: erin, subject: 'req_1' }, async () => {
      if (!inTransaction) throw error;
      await store.database.inTransaction(async (tx) => {
        appendAudit(tx, { at: 1, kind: 'request.created', actor: erin, message: 'never' });
        throw error;
      });
    });

  test.each<[ErrorCode, boolean]>([
    ['not-allowed', false],
    ['own-request', true],
    ['invalid-input', false],
    ['wrong-state', true],
    ['grant-not-live', true],
    ['not-found', false],
  ])('%s is written down with its sentence, although the act left nothing', async (code, inTransaction) => {
    const before = await everything();
    await expect(refuse(new AppError(code, 'Because of the rule.'), inTransaction)).rejects.toMatchObject({ code });
    const added = (await everything()).slice(before.length);
    expect(added).toMatchObject([
      {
        kind: 'request.refused',
        outcome: 'refused',
        actor: 'per_erin000000',
        actorName: 'Erin',
        subject: 'req_1',
        code,
        message: 'Because of the rule.',
      },
    ]);
    expect(() => auditEntrySchema.parse(added[0])).not.toThrow();
  });

  test.each<[string, unknown]>([
    ['a failure of ours', new AppError('internal', 'x')],
    ['a database that is away', new AppError('unavailable', 'x')],
    ['an accident', new TypeError('x is not a function')],
  ])('%s is no refusal', async (_, error) => {
    const before = await everything();
    await expect(refuse(error)).rejects.toBe(error);
    expect(await everything()).toEqual(before);
  });

  test('what is allowed leaves no refusal', async () => {
    const before = await everything();
    const what = { kind: 'request.refused', actor: erin } as const;
    expect(await auditRefusal(store.database, systemClock, what, async () => 42)).toBe(42);
    expect(await everything()).toEqual(before);
  });
});

test.each<[string, string, string]>([
  ['a backslash and u0000, as somebody typed it', '\\u0000 and "more"', '\\u0000 and "more"'],
  ['U+0000', 'a\0b', 'ab'],
  ['half a surrogate pair', 'a\ud83d', 'a\ufffd'],
  ['a whole one', '\u{1f600}', '\u{1f600}'],
])('%s does not keep an entry from being written', async (_, words, kept) => {
  await store.database.inTransaction(async (tx) => {
    appendAudit(tx, { at: 1, kind: 'request.refused', actor: erin, message: words, details: { words } });
  });
  expect((await everything()).at(-1)).toMatchObject({ message: kept, details: { words: kept } });
});

test('entries are read in order, after a number, as many as asked for', async () => {
  await store.database.inTransaction(async (tx) => {
    for (let i = 0; i < 5; i++) appendAudit(tx, { at: i, kind: 'backend.started', actor: 'backend', message: `${i}` });
  });
  const all = await everything();
  const from = all.length - 5;
  expect((await readAudit(store.database, from, 2)).map((entry) => entry.message)).toEqual(['0', '1']);
  expect((await readAudit(store.database, from + 2, 100)).map((entry) => entry.message)).toEqual(['2', '3', '4']);
  expect(await readAudit(store.database, all.length, 100)).toEqual([]);
});

test('the outcome follows from the kind, and can be said', async () => {
  await store.database.inTransaction(async (tx) => {
    appendAudit(tx, { at: 1, kind: 'session.refused', actor: 'gateway', message: 'a' });
    appendAudit(tx, { at: 1, kind: 'token.reuse-detected', outcome: 'refused', actor: erin, message: 'b' });
    appendAudit(tx, { at: 1, kind: 'session.opened', actor: erin, message: 'c' });
  });
  expect((await everything()).slice(-3).map((entry) => entry.outcome)).toEqual(['refused', 'refused', 'done']);
});
