import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Online } from '../../../backend/events/online.ts';
import { Presence } from '../../../backend/events/presence.ts';
import type { Database } from '../../../backend/storage/database.ts';
import { startTestDatabase } from '../../support/database.ts';

/** A node: who is at it, and what it says of all nodes. */
interface Node {
  presence: Presence;
  online: Online;
}

let store: Awaited<ReturnType<typeof startTestDatabase>>;
const running: Node[] = [];
const errors: unknown[] = [];
beforeAll(async () => {
  store = await startTestDatabase();
});
afterEach(async () => {
  for (const node of running.splice(0)) await node.online.dispose();
});
afterAll(() => store.dispose());

function startNode(database: Database = store.database): Node {
  const presence = new Presence();
  const online = new Online({ database, presence, now: 0, onError: (error) => errors.push(error) });
  const node = { presence, online };
  running.push(node);
  return node;
}
const seenBy = async (node: Node) => [...(await node.online.among(['per_a', 'per_b', 'per_c']))].sort();
const outlive = () =>
  sql`update presence_leases set until = clock_timestamp() - interval '1 second'`.execute(store.database.db);

test('nobody is online who has no app anywhere', async () => {
  expect(await seenBy(startNode())).toEqual([]);
});

test('whoever is at one node is online at the other, until their last app is gone', async () => {
  const [here, there] = [startNode(), startNode()];
  const leave = [there.presence.arrive('per_b'), there.presence.arrive('per_b')];
  here.presence.arrive('per_a');
  await expect.poll(() => seenBy(here)).toEqual(['per_a', 'per_b']);
  await expect.poll(() => seenBy(there)).toEqual(['per_a', 'per_b']);
  leave[0]?.();
  there.presence.arrive('per_c');
  await expect.poll(() => seenBy(here)).toEqual(['per_a', 'per_b', 'per_c']);
  leave[1]?.();
  expect(await seenBy(there)).toEqual(['per_a', 'per_c']);
  await expect.poll(() => seenBy(here)).toEqual(['per_a', 'per_c']);
});

test('people who come and go quickly are as they were last', async () => {
  const [here, there] = [startNode(), startNode()];
  for (let i = 0; i < 50; i++) {
    there.presence.arrive('per_a')();
    there.presence.arrive('per_b')();
  }
  there.presence.arrive('per_b');
  await expect.poll(() => seenBy(here)).toEqual(['per_b']);
});

test('a node that stops takes its people with it at once', async () => {
  const [here, there] = [startNode(), startNode()];
  there.presence.arrive('per_b');
  await expect.poll(() => seenBy(here)).toEqual(['per_b']);
  await there.online.dispose();
  expect(await seenBy(here)).toEqual([]);
});

test('what a node that died has left counts no longer than its lease, and is removed', async () => {
  const [here, there] = [startNode(), startNode()];
  there.presence.arrive('per_b');
  await expect.poll(() => seenBy(here)).toEqual(['per_b']);
  await outlive();
  expect(await seenBy(here)).toEqual([]);
  await sql`update presence_leases set until = clock_timestamp() - interval '2 minutes'`.execute(store.database.db);
  here.presence.arrive('per_a');
  await expect.poll(() => seenBy(startNode())).toEqual(['per_a']);
  const left = await store.database.db.selectFrom('people_online').select('person_id').execute();
  expect(left.map((row) => row.person_id)).toEqual(['per_a']);
});

test('after a database that forgot or was away, a node says again who is there', async () => {
  let away = false;
  const database = new Proxy(store.database, {
    get: (target, name) => {
      if (away && name === 'db') throw new Error('away');
      return target[name as keyof Database];
    },
  });
  const [here, there] = [startNode(), startNode(database)];
  there.presence.arrive('per_b');
  await expect.poll(() => seenBy(here)).toEqual(['per_b']);
  away = true;
  there.presence.arrive('per_c');
  await expect.poll(() => errors.length).toBe(1);
  away = false;
  await sql`truncate presence_leases cascade`.execute(store.database.db);
  there.presence.arrive('per_a');
  await expect.poll(() => seenBy(here)).toEqual(['per_a', 'per_b', 'per_c']);
});
