import type { Clock } from '../../protocol/time.ts';
import type { Database } from '../storage/database.ts';

/** How long an app may be away and still resume without reading everything again. Milliseconds. */
export const KEPT_MS = 24 * 3_600_000;

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
