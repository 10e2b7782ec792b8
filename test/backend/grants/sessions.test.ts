import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDeadlineSweep } from '../../../backend/deadline-sweep.ts';
import { LeftSessions } from '../../../backend/grants/left-sessions.ts';
import { GrantMoments } from '../../../backend/grants/moments.ts';
import { Sessions } from '../../../backend/grants/sessions.ts';
import { policySchema } from '../../../protocol/model/policy.ts';
import { type Scheduler, systemScheduler } from '../../../protocol/time.ts';
import { startTestDatabase } from '../../support/database.ts';
import { TestClock } from '../auth/org.ts';
import { type Changes, erin, insertErin, insertGrant } from './rows.ts';

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
  sessions = new Sessions({ database, clock, policy: () => policy, holdNode: async () => 'nod_1' });
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
    await expect.poll(() => ended(sooner.id), { interval: 5, timeout: 5_000 }).toBe('expired');
    // Well before the later one.
    expect(clock.now() - soonerEnds).toBeLessThan(300);
    expect(await ended(later.id)).toBeNull();
    await expect.poll(() => ended(later.id), { interval: 5, timeout: 5_000 }).toBe('expired');
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

describe('a grant that ends with its session', () => {
  const status = (id: string) =>
    store.database.db.selectFrom('grants').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  let opened = 0;
  async function open(grantId: string) {
    const sessionId = `ses_e${String(++opened).padStart(9, '0')}`;
    const facts = { sessionId, grantId, at: clock.now(), details: {} };
    await sessions.open({ ...facts, clientAddress: '' });
    return () => sessions.close({ ...facts, reason: 'closed', at: clock.now() });
  }

  test('is released by the gateway when its last session closes, in the name of its holder', async () => {
    const { id } = await granted(0, 60_000, { endsWithSession: true });
    const closes = [await open(id), await open(id)];
    await closes[0]?.();
    expect((await status(id)).ended_at).toBeNull();
    await closes[1]?.();
    expect(await status(id)).toMatchObject({ end_reason: 'released', ended_by: erin });
    expect((await status(id)).end_note).toMatch(/last session closed/);
    const entries = await store.database.db.selectFrom('audit').selectAll().where('subject', '=', id).execute();
    expect(entries.map(({ kind, actor }) => [kind, actor])).toEqual([['grant.ended', 'gateway']]);
    await expect(open(id)).rejects.toMatchObject({ code: 'grant-not-live' });
  });

  test.each<[string, Changes]>([
    ['was not asked for so', {}],
    ['drains, and was not asked for so', { drainSeconds: 60 }],
  ])('one that %s goes on', async (_, changes) => {
    const { id } = await granted(0, 60_000, changes);
    await (await open(id))();
    expect((await status(id)).ended_at).toBeNull();
  });

  test('says no more than that it expired when its time is over', async () => {
    const { id } = await granted(-1_000, 300, { endsWithSession: true });
    const close = await open(id);
    await expect.poll(async () => clock.now() > (await status(id)).ends_at, { interval: 20 }).toBe(true);
    await close();
    expect((await status(id)).ended_at).toBeNull();
    await moments.expireDue();
    expect((await status(id)).end_reason).toBe('expired');
  });

  test('a session that opens while the last one closes is refused, or keeps it: none is left in a grant that ended', async () => {
    for (let i = 0; i < 40; i++) {
      const { id } = await granted(0, 60_000, { endsWithSession: true });
      const close = await open(id);
      const attempts = i % 2 ? [close(), open(id)] : [open(id), close()];
      const results = await Promise.allSettled(attempts);
      const refused = results.some((result) => result.status === 'rejected');
      const { ended_at } = await status(id);
      expect(ended_at !== null).toBe(refused);
    }
  });
});

describe('sessions that a node left open when it died', () => {
  const reasonOf = async (id: string) =>
    (await store.database.db.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst())?.end_reason;

  test('are closed a minute after their grant has ended, once, and not those of a grant that lives', async () => {
    const [ended, lives] = [await granted(0, 60_000), await granted(0, 600_000_000)];
    for (const [sessionId, grantId] of [
      ['ses_f000000001', ended.id],
      ['ses_f000000002', lives.id],
    ] as const)
      await sessions.open({ sessionId, grantId, clientAddress: '', at: clock.now(), details: {} });
    const ended_at = clock.now();
    const end = { ended_at, end_reason: 'revoked' } as const;
    await store.database.db.updateTable('grants').set(end).where('id', '=', ended.id).execute();
    expect(await left.next()).toBe(ended_at + 60_000);
    await left.closeDue();
    expect(await reasonOf('ses_f000000001')).toBeNull();
    clock.forward(60_000);
    await Promise.all([left.closeDue(), left.closeDue()]);
    expect([await reasonOf('ses_f000000001'), await reasonOf('ses_f000000002')]).toEqual(['lost', null]);
    const entries = store.database.db
      .selectFrom('audit')
      .selectAll()
      .where('subject', '=', 'ses_f000000001')
      .orderBy('seq');
    expect((await entries.execute()).map((entry) => entry.kind)).toEqual(['session.opened', 'session.ended']);
    expect(await left.next()).toBeUndefined();
  });
});

describe('what the gateway is told of a grant that refuses a channel', () => {
  test.each<[string, () => Promise<{ id: string; serial: string }>, object | undefined]>([
    ['one whose time is over', () => granted(-1_000, -1), { reason: 'expired', by: null }],
    ['one that has drained', () => granted(-9_000, -3_000, { drainSeconds: 2 }), { reason: 'expired', by: null }],
    ['one that drains', () => granted(-1_000, -1, { drainSeconds: 60 }), undefined],
    ['one that has not begun', () => granted(500, 1_000), undefined],
  ])('%s', async (_, grant, over) => {
    const answer = await sessions.authorize(question(await grant()));
    expect(answer).toMatchObject({ ok: false, code: 'grant-not-live' });
    expect('over' in answer ? answer.over : undefined).toEqual(over);
    expect('mayGoOn' in answer, 'what is open may go on').toBe(_ === 'one that drains');
  });

  test('one that was revoked is over, while it would drain too', async () => {
    const grant = await granted(-1_000, -1, { drainSeconds: 60 });
    const end = { ended_at: clock.now(), end_reason: 'revoked', ended_by: erin } as const;
    await store.database.db.updateTable('grants').set(end).where('id', '=', grant.id).execute();
    expect(await sessions.authorize(question(grant))).toMatchObject({ over: { reason: 'revoked', by: 'Erin' } });
  });
});

describe('a target without a gateway', () => {
  const direct = <T extends { targets: object[] }>(was: T): T => ({
    ...was,
    targets: was.targets.map((target) => ({ ...target, via: 'direct' })),
  });

  test('is not dialled by the gateway', async () => {
    const before = policy;
    policy = direct(policy);
    const grant = await granted(0, 60_000, { via: 'direct' });
    expect(await sessions.authorize(question(grant))).toMatchObject({ ok: false, code: 'target-direct' });
    const opening = { sessionId: 'ses_d000000000', grantId: grant.id, clientAddress: '', at: clock.now(), details: {} };
    await expect(sessions.open(opening)).rejects.toMatchObject({ code: 'wrong-state' });
    policy = before;
  });

  test.each<['gateway' | 'direct', boolean]>([
    ['gateway', true],
    ['direct', false],
  ])('that was given by %s is not used when the policy says another way', async (via, turned) => {
    const before = policy;
    if (turned) policy = direct(policy);
    expect(await sessions.authorize(question(await granted(0, 60_000, { via })))).toMatchObject({
      code: 'grant-not-live',
      message: expect.stringMatching(/another way/),
    });
    policy = before;
  });
});

describe('a connection onward', () => {
  test('is written down while the access lives', async () => {
    const { id } = await granted(0, 60_000);
    const forwarding = { sessionId: 'ses_g000000000', grantId: id, to: 'db.internal:5432', at: clock.now() };
    await sessions.forwarded(forwarding);
    const entries = store.database.db.selectFrom('audit').selectAll().where('subject', '=', 'ses_g000000000');
    expect(await entries.execute()).toMatchObject([
      { kind: 'session.forwarded', actor: erin, details: { grant: id, to: 'db.internal:5432' } },
    ]);
  });

  test.each<[string, () => Promise<string>]>([
    ['is over', async () => (await granted(-1_000, -1)).id],
    ['only drains', async () => (await granted(-1_000, -1, { drainSeconds: 60 })).id],
    ['does not exist', async () => 'gra_nothing000'],
  ])('of an access that %s is refused', async (_, id) => {
    const forwarding = { sessionId: 'ses_g000000000', grantId: await id(), to: 'x:1', at: clock.now() };
    await expect(sessions.forwarded(forwarding)).rejects.toMatchObject({ code: 'grant-not-live' });
  });
});
