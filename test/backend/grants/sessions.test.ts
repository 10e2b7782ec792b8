import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDeadlineSweep } from '../../../backend/deadline-sweep.ts';
import { LeftSessions } from '../../../backend/grants/left-sessions.ts';
import { GrantMoments } from '../../../backend/grants/moments.ts';
import { Sessions } from '../../../backend/grants/sessions.ts';
import { policySchema } from '../../../protocol/model/policy.ts';
import { type Scheduler, systemScheduler } from '../../../protocol/time.ts';
import { startTestDatabase } from '../../support/database.ts';
import { TestClock } from '../auth/org.ts';
import { type Changes, insertErin, insertGrant } from './rows.ts';

let store: Awaited<ReturnType<typeof startTestDatabase>>;
let sessions: Sessions;
let moments: GrantMoments;
let left: LeftSessions;
const clock = new TestClock();
let policy = policySchema.parse({
  version: 1,
  targets: [{ name: 'web-1', address: '10.1.2.3', port: 2022, hostKeys: ['ssh-ed25519 AAAA'] }],
  roles: [],
});

beforeAll(async () => {
  store = await startTestDatabase();
  const { database } = store;
  await insertErin(database);
  sessions = new Sessions({ database, clock, policy: () => policy });
  moments = new GrantMoments({ database, clock, policy: () => policy });
  left = new LeftSessions({ database, clock, sessions });
});
afterAll(() => store.dispose());

const granted = (startsInMs: number, endsInMs: number, changes: Changes = {}) =>
  insertGrant(store.database, clock, startsInMs, endsInMs, changes);

const question = (of: { id: string; serial: string }, changes = {}) => ({
  grantId: of.id,
  serial: of.serial,
  login: 'deploy',
  target: 'web-1',
  ...changes,
});

describe('who may open a session', () => {
  test('the holder of a certificate of a live grant, for what it was given', async () => {
    const answer = await sessions.authorize(question(await granted(0, 1000)));
    expect(answer).toMatchObject({ ok: true, target: { address: '10.1.2.3', port: 2022 } });
  });

  test.each<[string, () => Promise<Parameters<Sessions['authorize']>[0]>, string]>([
    ['a grant that is not there', async () => question({ id: 'gra_nothing000', serial: '1' }), 'grant-unknown'],
    [
      'a certificate that we did not record',
      async () => question(await granted(0, 1000), { serial: '77' }),
      'certificate-unknown',
    ],
    [
      'a certificate of another grant',
      async () => question(await granted(0, 1000), { serial: (await granted(0, 1000)).serial }),
      'certificate-unknown',
    ],
    ['another login', async () => question(await granted(0, 1000), { login: 'root' }), 'wrong-principal'],
    ['another target', async () => question(await granted(0, 1000), { target: 'db-1' }), 'wrong-principal'],
    ['a grant that has not begun', async () => question(await granted(500, 1000)), 'grant-not-live'],
    [
      'a grant whose time is over, though nobody wrote it down',
      async () => question(await granted(-1000, -1)),
      'grant-not-live',
    ],
    ['a grant that ends in this millisecond', async () => question(await granted(-1000, 0)), 'grant-not-live'],
  ])('not with %s', async (_, ask, code) => {
    expect(await sessions.authorize(await ask())).toMatchObject({ ok: false, code });
  });

  test('not to a target that has left the policy', async () => {
    const before = policy;
    policy = { ...policy, targets: [] };
    expect(await sessions.authorize(question(await granted(0, 1000)))).toMatchObject({
      ok: false,
      code: 'grant-not-live',
    });
    policy = before;
  });
});

test('a session of a grant that ended since it was asked about is not opened', async () => {
  const grant = await granted(0, 10_000);
  expect(await sessions.authorize(question(grant))).toMatchObject({ ok: true });
  await store.database.db
    .updateTable('grants')
    .set({ ended_at: clock.now(), end_reason: 'revoked' })
    .where('id', '=', grant.id)
    .execute();
  const opening = { sessionId: 'ses_a000000000', grantId: grant.id, clientAddress: '', at: clock.now(), details: {} };
  await expect(sessions.open(opening)).rejects.toMatchObject({ code: 'grant-not-live' });
  expect(await store.database.db.selectFrom('sessions').selectAll().where('grant_id', '=', grant.id).execute()).toEqual(
    [],
  );
});

test('a session is closed once, whoever says so again; those that a crash left open are closed as lost', async () => {
  const grant = await granted(0, 10_000);
  const opening = { grantId: grant.id, clientAddress: '192.0.2.1', at: clock.now(), details: {} };
  for (const sessionId of ['ses_b000000000', 'ses_c000000000']) await sessions.open({ ...opening, sessionId });
  const closing = { sessionId: 'ses_b000000000', grantId: grant.id, at: clock.now(), details: {} };
  await sessions.close({ ...closing, reason: 'closed' });
  await sessions.close({ ...closing, reason: 'expired' });
  await left.closeAll();
  const rows = await store.database.db
    .selectFrom('sessions')
    .selectAll()
    .where('grant_id', '=', grant.id)
    .orderBy('id')
    .execute();
  expect(rows.map((row) => row.end_reason)).toEqual(['closed', 'lost']);
  const ends = await store.database.db.selectFrom('audit').selectAll().where('kind', '=', 'session.ended').execute();
  expect(ends.map((entry) => entry.subject).sort()).toEqual(['ses_b000000000', 'ses_c000000000']);
});

/** A scheduler that does not wait. */
const atOnce: Scheduler = {
  at(_, act) {
    queueMicrotask(act);
    return () => undefined;
  },
};

describe('expiry', () => {
  const ended = async (id: string) =>
    (await store.database.db.selectFrom('grants').selectAll().where('id', '=', id).executeTakeFirst())?.end_reason;

  test('what ran out while no backend ran is ended at the start', async () => {
    const grant = await granted(-2000, -1000);
    await moments.expireDue();
    expect(await ended(grant.id)).toBe('expired');
  });

  test('several nodes write it down once', async () => {
    const grant = await granted(-2000, -1000);
    await Promise.all([moments.expireDue(), moments.expireDue(), moments.expireDue()]);
    const entries = await store.database.db.selectFrom('audit').selectAll().where('subject', '=', grant.id).execute();
    expect(entries.map((entry) => entry.kind)).toEqual(['grant.ended']);
  });

  test('a sweep ends each grant at its time, also one given while it waits for a later one', async () => {
    await moments.expireDue();
    const errors: unknown[] = [];
    const later = await granted(0, 600);
    const sweep = startDeadlineSweep({
      clock,
      scheduler: systemScheduler(clock),
      sweep: () => moments.expireDue(),
      next: () => moments.next(),
      onError: (error) => errors.push(error),
    });
    const sooner = await granted(0, 200);
    const soonerEnds = clock.now() + 200;
    sweep.wake();
    await expect.poll(() => ended(sooner.id), { interval: 5 }).toBe('expired');
    expect(clock.now() - soonerEnds).toBeLessThan(150);
    expect(await ended(later.id)).toBeNull();
    await expect.poll(() => ended(later.id), { interval: 5 }).toBe('expired');
    await sweep.dispose();
    expect(errors).toEqual([]);
  });

  test('a sweep that fails is tried again', async () => {
    let tries = 0;
    const errors: unknown[] = [];
    await new Promise<void>((resolve) => {
      const sweep = startDeadlineSweep({
        clock,
        scheduler: atOnce,
        sweep: async () => {
          if (++tries < 3) throw new Error('the database is away');
          resolve();
          void sweep.dispose();
        },
        next: async () => undefined,
        onError: (error) => errors.push(error),
      });
    });
    expect(errors).toHaveLength(2);
  });
});
