import type { Clock } from '../../protocol/time.ts';
import type { Database } from '../storage/database.ts';

/** How long an app may be away and still resume without reading everything again. Milliseconds. */
export const KEPT_MS = 24 * 3_600_000;
const EVERY_MS = 10 * 60_000;

/** Removes events older than what is kept. The newest one always stays: its number is where the next reader begins. */
export async function pruneOutbox(database: Database, clock: Clock): Promise<void> {
  await database.db
    .deleteFrom('outbox')
    .where('at', '<', clock.now() - KEPT_MS)
    .where('id', '<', (eb) => eb.selectFrom('outbox').select((e) => e.fn.max('id').as('id')))
    .execute();
}

/** Prunes now and then. Returns the function that ends it. */
export function startRetention(database: Database, clock: Clock, onError: (error: unknown) => void): () => void {
  const prune = (): void => void pruneOutbox(database, clock).catch(onError);
  prune();
  const timer = setInterval(prune, EVERY_MS);
  return () => clearInterval(timer);
}
