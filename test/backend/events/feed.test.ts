import { afterAll, beforeAll, expect, test } from 'vitest';

import { Feed, type FeedEntry } from '../../../backend/events/feed.ts';
import { publish } from '../../../backend/storage/transaction.ts';
import { startTestDatabase } from '../../support/database.ts';

let database: Awaited<ReturnType<typeof startTestDatabase>>;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.dispose());

test('a listener that fails keeps no event from the others, and its failure is told', async () => {
  const errors: unknown[] = [];
  const feed = await Feed.start(database.database, (error) => errors.push(error));
  feed.subscribe(() => {
    throw new Error('a listener of little care');
  });
  const heard = new Promise<readonly FeedEntry[]>((resolve) => feed.subscribe(resolve));
  await database.database.inTransaction(async (tx) => publish(tx, { kind: 'access-changed', at: 1 }, 'everybody'));
  expect((await heard).map(({ event }) => event.kind)).toEqual(['access-changed']);
  expect(errors).toEqual([new Error('a listener of little care')]);
  await feed.dispose();
});
