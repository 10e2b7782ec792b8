import { afterAll, beforeAll, expect, test } from 'vitest';
import { Feed } from '../../../backend/events/feed.ts';
import { gatewayPorts } from '../../../backend/gateway-ports.ts';
import { Sessions } from '../../../backend/grants/sessions.ts';
import { ThisNode } from '../../../backend/nodes/this-node.ts';
import { policySchema } from '../../../protocol/model/policy.ts';
import { systemClock as clock } from '../../../protocol/time.ts';
import { insertErin, insertGrant } from '../../backend/grants/rows.ts';
import { startTestDatabase } from '../../support/database.ts';
import { descendants } from '../backend/processes.ts';
import { gone, start } from './running.ts';
import { type Services, World } from './world.ts';

let store: Awaited<ReturnType<typeof startTestDatabase>>;
let feed: Feed;
let node: ThisNode;
let world: World;
let grace = 60_000;
const policy = policySchema.parse({
  version: 1,
  targets: [{ name: 'web-1', address: '10.1.2.3', hostKeys: ['ssh-ed25519 AAAA'] }],
  roles: [],
});

/** A gateway whose sessions are written down in a real database, and which hears of the rest of the backend from there. */
beforeAll(async () => {
  store = await startTestDatabase();
  const { database } = store;
  await insertErin(database);
  const onError = (): void => undefined;
  feed = await Feed.start(database, onError);
  node = await ThisNode.start({ database, clock, onError, graceMs: () => grace });
  const sessions = new Sessions({ database, clock, policy: () => policy, holdNode: (tx) => node.hold(tx) });
  const real = gatewayPorts({ database, clock, sessions, feed, node, userCa: undefined as never });
  world = await World.start({ controlGraceMs: () => node.graceMs }, [], (services: Services) =>
    Object.assign(services, {
      openSession: real.openSession,
      closeSession: real.closeSession,
      silentForMs: real.silentForMs,
    }),
  );
});
afterAll(async () => {
  await world.stop();
  await node.dispose();
  await feed.dispose();
  await store.dispose();
});

const access = async () => {
  const { id } = await insertGrant(store.database, clock, 0, 600_000);
  return world.access({ id });
};
const ends = () =>
  store.database.db.selectFrom('audit').select('details').where('kind', '=', 'session.ended').execute();

test('a database that stands still: sessions are cut after the grace, written down once it goes on, and people come in again', async () => {
  const running = await start(world, await access(), 'cat');
  const folder = await store.database.connectAlone();
  const { rows } = await folder.query<{ pid: string }>(`select pg_read_file('postmaster.pid') as pid`);
  await folder.end();
  const postmaster = Number.parseInt(rows[0]?.pid ?? '', 10);
  const processes = [postmaster, ...(await descendants(postmaster))];
  const signal = (name: NodeJS.Signals): void => {
    for (const pid of processes) process.kill(pid, name);
  };
  signal('SIGSTOP');
  try {
    // Within the grace nothing is cut.
    running.child.stdin?.write('within the grace\n');
    await expect.poll(running.stdout).toContain('within the grace');
    grace = node.silentForMs;
    await gone(running.pid);
    await running.closed;
    expect(running.stderr()).toContain('cannot be checked');
  } finally {
    grace = 60_000;
    signal('SIGCONT');
  }
  await expect.poll(ends, { timeout: 10_000 }).toMatchObject([{ details: { reason: 'lost' } }]);
  const again = await world.ssh(await access(), ['127.0.0.1', 'echo again']);
  expect(again.stdout.toString()).toBe('again\n');
}, 40_000);
