import { AppError } from '../../protocol/errors.ts';
import type { Database } from '../storage/database.ts';

/** Any number that no other lock has (…163 is append_log's): every node of a backend takes the same one. */
const PUBLISHING_LOCK = 7305809155190;
const WAIT_MS = 15_000;
/** PostgreSQL's lock_not_available: it was not given within `lock_timeout`. */
const NOT_GIVEN = '55P03';

/**
 * Does what one node at a time may do. The lock is the database's and goes with this node's connection to it, so that
 * nothing has to be guessed of a node that died.
 * @param act given what throws when the lock was lost meanwhile: to be asked right before what cannot be taken back
 * @throws AppError 'unavailable' when another node does not get done
 */
export async function withPublishingLock<T>(
  database: Pick<Database, 'connectAlone'>,
  act: (stillHeld: () => Promise<void>) => Promise<T>,
  waitMs = WAIT_MS,
): Promise<T> {
  const client = await database.connectAlone();
  try {
    await client.query(`set lock_timeout = ${waitMs}`);
    await client.query('select pg_advisory_lock($1)', [PUBLISHING_LOCK]).catch((error: { code?: unknown }) => {
      if (error.code !== NOT_GIVEN) throw error;
      throw new AppError('unavailable', 'Another node is publishing; try again in a minute.', { cause: error });
    });
    return await act(async () => {
      await client.query('select 1').catch((cause) => {
        throw new AppError('unavailable', 'The database was lost while publishing; try again in a minute.', { cause });
      });
    });
  } finally {
    // The lock goes with the connection.
    await client.end().catch(() => undefined);
  }
}
