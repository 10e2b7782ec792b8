import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { Sessions } from '../../../backend/grants/sessions.ts';
import { LostNodes } from '../../../backend/nodes/lost-nodes.ts';
import { ThisNode } from '../../../backend/nodes/this-node.ts';
import { policySchema } from '../../../protocol/model/policy.ts';
import { startTestDatabase } from '../../support/database.ts';
import { TestClock } from '../auth/org.ts';
import { insertErin, insertGrant } from '../grants/rows.ts';

let store: Awaited<ReturnType<typeof startTestDatabase>>;
const clock = new TestClock();
const policy = policySchema.parse({
  version: 1,
  targets: [{ name: 'web-1', address: '10.1.2.3', port: 2022, hostKeys: ['ssh-ed25519 AAAA'] }],
  roles: [],
});
beforeAll(async () => {
  store = await startTestDatabase();
  await insertErin(store.database);
});
afterAll(() => store.dispose());
beforeEach(async () => {
  await store.database.db.deleteFrom('nodes').execute();
});

let count = 0;
/** A node with what it carries. */
async function startNode(graceMs = () => 60_000) {
  const { database } = store;
  const node = await ThisNode.start({
    ...{ database, clock, graceMs },
    onError: (error) => {
      throw error;
    },
  });
  const sessions = new Sessions({ database, clock, policy: () => policy, holdNode: (tx) => node.hold(tx) });
  const open = async (endsWithSession = false): Promise<{ sessionId: string; grantId: string }> => {
    const { id: grantId } = await insertGrant(database, clock, 0, 3_600_000, { endsWithSession });
    const sessionId = `ses_${String(count++).padStart(10, '0')}`;
    await sessions.open({ sessionId, grantId, clientAddress: '', at: clock.now(), details: {} });
    return { sessionId, grantId };
  };
  return { node, sessions, open, lost: new LostNodes({ database, clock, sessions }) };
}

/** As if it had said nothing for so long. */
const silentFor = (id: string, ms: number) =>
  store.database.db
    .updateTable('nodes')
    .set((eb) => ({ seen_at: eb('seen_at', '-', ms) }))
    .where('id', '=', id)
    .execute();
const endOf = async (id: string) =>
  (await store.database.db.selectFrom('sessions').select('end_reason').where('id', '=', id).executeTakeFirstOrThrow())
    .end_reason;
const nodes = async () => (await store.database.db.selectFrom('nodes').select('id').execute()).map(({ id }) => id);
const audited = (kind: 'backend.lost' | 'session.ended', subject: string) =>
  store.database.db.selectFrom('audit').selectAll().where('kind', '=', kind).where('subject', '=', subject).execute();

test('the sessions of a node that died are closed by another while their grants live, once, and it is audited', async () => {
  const [dead, alive] = [await startNode(), await startNode()];
  const [theirs, last, ours] = [await dead.open(), await dead.open(true), await alive.open()];
  await silentFor(dead.node.id, 130_000);
  const third = await startNode();
  await Promise.all([alive.lost.closeDue(), third.lost.closeDue()]);
  expect([await endOf(theirs.sessionId), await endOf(ours.sessionId)]).toEqual(['node-lost', null]);
  const [ended, ...more] = await audited('session.ended', theirs.sessionId);
  expect(more).toEqual([]);
  expect(ended?.details).toMatchObject({ reason: 'node-lost', node: dead.node.id, grant: theirs.grantId });
  expect(await audited('backend.lost', dead.node.id)).toHaveLength(1);
  // A grant that was asked for until its session closes is over, too.
  const grant = store.database.db.selectFrom('grants').select('end_reason').where('id', '=', last.grantId);
  expect(await grant.executeTakeFirst()).toEqual({ end_reason: 'released' });
  expect((await nodes()).sort()).toEqual([alive.node.id, third.node.id].sort());
  for (const { node } of [dead, alive, third]) await node.dispose();
});

test.each([0, 60_000, 115_000])('a node that was silent for %i ms keeps its sessions', async (ms) => {
  const [quiet, other] = [await startNode(), await startNode()];
  const { sessionId } = await quiet.open();
  await silentFor(quiet.node.id, ms);
  await other.lost.closeDue();
  expect(await endOf(sessionId)).toBeNull();
  await quiet.sessions.close({ sessionId, grantId: '', reason: 'closed', at: clock.now(), details: {} });
  for (const { node } of [quiet, other]) await node.dispose();
});

test('a node that was taken for dead opens nothing, and once it hears of it cuts what it has and begins anew', async () => {
  const [frozen, other] = [await startNode(), await startNode()];
  const before = frozen.node.id;
  const { sessionId } = await frozen.open();
  await silentFor(before, 130_000);
  await other.lost.closeDue();
  await expect(frozen.open()).rejects.toMatchObject({ code: 'unavailable' });
  const cut = vi.fn();
  const unsubscribe = frozen.node.onLost(cut);
  await frozen.node.beat();
  expect(cut).toHaveBeenCalledTimes(1);
  expect(frozen.node.id).not.toBe(before);
  const again = await frozen.open();
  await frozen.node.beat();
  expect(cut).toHaveBeenCalledTimes(1);
  expect([await endOf(sessionId), await endOf(again.sessionId)]).toEqual(['node-lost', null]);
  // Its own word comes too late, and changes nothing.
  await frozen.sessions.close({ sessionId, grantId: '', reason: 'lost', at: clock.now(), details: {} });
  expect(await endOf(sessionId)).toBe('node-lost');
  unsubscribe();
  for (const { node } of [frozen, other]) await node.dispose();
});

test('a session that opens while its node is taken for dead is refused, or closed: none is left open', async () => {
  const other = await startNode();
  for (let i = 0; i < 20; i++) {
    const dying = await startNode();
    await silentFor(dying.node.id, 130_000);
    const [opened] = await Promise.allSettled(i % 2 ? [dying.open(), other.lost.closeDue()] : [dying.open()]);
    await other.lost.closeDue();
    if (opened.status === 'fulfilled') expect(await endOf(opened.value.sessionId)).toBe('node-lost');
    await dying.node.dispose();
  }
  await other.node.dispose();
});

test('a node is not taken for dead while a session opens in its name', async () => {
  const [dying, other] = [await startNode(), await startNode()];
  await silentFor(dying.node.id, 130_000);
  let looking: Promise<void> | undefined;
  await store.database.inTransaction(async (tx) => {
    await dying.node.hold(tx);
    looking = other.lost.closeDue();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await audited('backend.lost', dying.node.id)).toEqual([]);
  });
  await looking;
  expect(await audited('backend.lost', dying.node.id)).toHaveLength(1);
  for (const { node } of [dying, other]) await node.dispose();
});

test('a node says how long it has not been heard, and keeps silent about what did not reach the database', async () => {
  const { node } = await startNode();
  await vi.waitFor(() => expect(node.silentForMs).toBeGreaterThan(50));
  const holder = await store.database.connectAlone();
  await holder.query('begin; lock table nodes in access exclusive mode');
  const before = node.silentForMs;
  const beat = node.beat();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(node.silentForMs).toBeGreaterThan(before + 90);
  await holder.query('rollback');
  await beat;
  // Counted from when it was said, not from the answer: the database may have stood still in between.
  expect(node.silentForMs).toBeGreaterThan(90);
  await holder.end();
  await node.dispose();
});

test('a node that stops is forgotten; one that leaves a session open is found by the others', async () => {
  const [clean, hasty, other] = [await startNode(), await startNode(), await startNode()];
  const { sessionId } = await hasty.open();
  await clean.node.dispose();
  await hasty.node.dispose();
  expect((await nodes()).sort()).toEqual([hasty.node.id, other.node.id].sort());
  await silentFor(hasty.node.id, 130_000);
  await other.lost.closeDue();
  expect(await endOf(sessionId)).toBe('node-lost');
  await other.node.dispose();
});

test('a shorter grace holds at once, a longer one only when the others know of it', async () => {
  let grace = 60_000;
  const { node, open } = await startNode(() => grace);
  const other = await startNode();
  grace = 30_000;
  expect(node.graceMs).toBe(30_000);
  grace = 900_000;
  expect(node.graceMs).toBe(60_000);
  await node.beat();
  expect(node.graceMs).toBe(900_000);
  const { sessionId } = await open();
  await silentFor(node.id, 900_000);
  await other.lost.closeDue();
  expect(await endOf(sessionId)).toBeNull();
  for (const each of [node, other.node]) await each.dispose();
});

test('sessions that open without a pause do not keep their node from saying that it lives', async () => {
  const { node } = await startNode();
  let over = false;
  let held = 0;
  // Each holds it before the last one has let go: at no moment does nobody.
  const opening = async (): Promise<void> => {
    while (!over)
      await store.database.inTransaction(async (tx) => {
        await node.hold(tx);
        held++;
        await new Promise((resolve) => setTimeout(resolve, 60));
      });
  };
  const openings = [opening()];
  try {
    await vi.waitFor(() => expect(held).toBe(1));
    await new Promise((resolve) => setTimeout(resolve, 30));
    openings.push(opening());
    await vi.waitFor(() => expect(held).toBe(2));
    const said = vi.fn();
    openings.push(node.beat().then(said));
    await vi.waitFor(() => expect(held).toBeGreaterThan(8));
    expect(said).toHaveBeenCalled();
  } finally {
    over = true;
    await Promise.all(openings);
    await node.dispose();
  }
});
