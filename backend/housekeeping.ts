import { sql } from 'kysely';
import type { Database } from './storage/database.ts';

/** Any number; every node takes the same one, so that one of them tidies and the others leave it at that. */
export const HOUSEKEEPING_LOCK = 7305809155164;
const EVERY_MS = 10 * 60_000;

/** One thing that is done now and then. It asks `over` between its steps, and returns early when the backend stops. */
export type Chore = (over: () => boolean) => Promise<void>;

/** Does the chores now, and every ten minutes. Returns the function that ends it, once what is under way is done. */
export function startHousekeeping(
  database: Database,
  chores: readonly Chore[],
  onError: (error: unknown) => void,
): () => Promise<void> {
  let over = false;
  let running: Promise<void> | undefined;
  const tidy = (): void => {
    running ??= tidyUp(database, chores, () => over, onError)
      .catch(onError)
      .finally(() => {
        running = undefined;
      });
  };
  tidy();
  const timer = setInterval(tidy, EVERY_MS);
  return async () => {
    over = true;
    clearInterval(timer);
    await running;
  };
}

/** Does the chores, unless another node is at them. One that fails does not keep the others from theirs. */
export async function tidyUp(
  { db }: Database,
  chores: readonly Chore[],
  over: () => boolean,
  onError: (error: unknown) => void,
): Promise<void> {
  // The lock is the connection's: when this node dies, it goes with it.
  await db.connection().execute(async (held) => {
    const { rows } = await sql<{ mine: boolean }>`select pg_try_advisory_lock(${HOUSEKEEPING_LOCK}) as mine`.execute(
      held,
    );
    if (!rows[0]?.mine) return;
    try {
      for (const chore of chores) if (!over()) await chore(over).catch(onError);
    } finally {
      await sql`select pg_advisory_unlock(${HOUSEKEEPING_LOCK})`.execute(held);
    }
  });
}
