import type { Clock } from '../../protocol/time.ts';
import type { Database } from '../storage/database.ts';

/** How long an app may be away and still resume without reading everything again. Milliseconds. */
export const KEPT_MS = 24 * 3_600_000;
const EVERY_MS = 10 * 60_000;

/**
 * Removes events older than what is kept: all before the first that is kept, so that none is missing after it (a stepped
 * clock does not order them). The newest one always stays: its number is where the next reader begins.
 */
export async function pruneOutbox(database: Database, clock: Clock): Promise<void> {
  const kept = await database.db
    .selectFrom('outbox')
    .select((eb) => eb.fn.min('id').as('id'))
    .where((eb) =>
      eb.or([
        eb('at', '>=', clock.now() - KEPT_MS),
        eb(
          'id',
          '=',
          eb.selectFrom('outbox').select((e) => e.fn.max('id').as('id')),
        ),
      ]),
    )
    .executeTakeFirst();
  if (kept?.id != null) await database.db.deleteFrom('outbox').where('id', '<', kept.id).execute();
}

/** Prunes now and then. Returns the function that ends it. */
export function startRetention(database: Database, clock: Clock, onError: (error: unknown) => void): () => void {
  const prune = (): void => void pruneOutbox(database, clock).catch(onError);
  prune();
  const timer = setInterval(prune, EVERY_MS);
  return () => clearInterval(timer);
}
