import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Feed } from '../../../backend/events/feed.ts';
import { gatewayPorts } from '../../../backend/gateway-ports.ts';
import { publish } from '../../../backend/storage/transaction.ts';
import { startTestDatabase } from '../../support/database.ts';

let store: Awaited<ReturnType<typeof startTestDatabase>>;
beforeAll(async () => {
  store = await startTestDatabase();
});
afterAll(() => store.dispose());

test.each<[string, object, number]>([
  ['what another version of this program wrote', { kind: 'grant-vanished', at: 1 }, 1],
  ['the end of a grant that cannot be read', { kind: 'grant-changed', at: 1, grant: { status: 'over' } }, 1],
  ['a reset', { kind: 'reset', at: 1 }, 1],
  ['what it can read', { kind: 'access-changed', at: 1 }, 0],
])('the gateway is told to ask about its sessions by %s, or not', async (_, event, times) => {
  const feed = await Feed.start(store.database, () => undefined);
  const doubt = vi.fn();
  const unsubscribe = gatewayPorts({ feed, database: store.database } as never).onDoubt(doubt);
  const say = (said: object) =>
    store.database.inTransaction(async (tx) => publish(tx, said as Parameters<typeof publish>[1], 'everybody'));
  const heard = vi.fn();
  feed.subscribe(heard);
  await say(event);
  await vi.waitFor(() => expect(heard).toHaveBeenCalled());
  expect(doubt).toHaveBeenCalledTimes(times);
  unsubscribe();
  await say({ kind: 'reset', at: 2 });
  await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(2));
  expect(doubt).toHaveBeenCalledTimes(times);
  await feed.dispose();
});
