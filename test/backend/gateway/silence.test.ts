import { afterAll, beforeAll, expect, test } from 'vitest';
import { Feed } from '../../../backend/events/feed.ts';
import { publish } from '../../../backend/storage/transaction.ts';
import { startTestDatabase } from '../../support/database.ts';

let store: Awaited<ReturnType<typeof startTestDatabase>>;
beforeAll(async () => {
  store = await startTestDatabase();
});
afterAll(() => store.dispose());

const publishSomething = () =>
  store.database.inTransaction(async (tx) => publish(tx, { kind: 'access-changed', at: 1 }, 'everybody'));

test('the silence of the backend is counted from the last answer of its database, and ends with the next', async () => {
  const feed = await Feed.start(store.database, () => undefined);
  await expect.poll(() => feed.silentForMs).toBeGreaterThan(300);
  await publishSomething();
  await expect.poll(() => feed.silentForMs, { interval: 5 }).toBeLessThan(200);

  // A database that does not answer: what is asked of it waits for a lock that nobody gives back.
  const holder = await store.database.connectAlone();
  await holder.query('begin; lock table outbox in access exclusive mode');
  const before = feed.silentForMs;
  await new Promise((resolve) => setTimeout(resolve, 5_500));
  // By now it has been asked again, without an answer.
  expect(feed.silentForMs).toBeGreaterThan(before + 5_000);

  await holder.query('rollback');
  await expect.poll(() => feed.silentForMs, { interval: 5 }).toBeLessThan(200);
  await holder.end();
  await feed.dispose();
}, 20_000);
