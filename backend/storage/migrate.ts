import { createHash } from 'node:crypto';
import type pg from 'pg';
import { AppError } from '../../protocol/errors.ts';
import { migrations } from './migrations/index.ts';

/** Any number; every node takes the same one, so that one of them migrates and the others wait. */
const MIGRATION_LOCK = 7305809155162;

/**
 * Brings the database to the newest shape, each step in a transaction of its own.
 * @throws AppError 'unavailable' when the database is newer than this program or an applied step was edited
 */
export async function migrate(pool: pg.Pool, steps: typeof migrations = migrations): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await client.query(
      'create table if not exists schema_migrations (id integer primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())',
    );
    const { rows } = await client.query<{ id: number; name: string; checksum: string }>(
      'select id, name, checksum from schema_migrations order by id',
    );
    for (const applied of rows) {
      const step = steps.find((s) => s.id === applied.id);
      if (!step)
        throw new AppError(
          'unavailable',
          `The database is newer than this program (migration ${applied.id}, ${applied.name}); update Sallyport.`,
        );
      if (checksum(step.sql) !== applied.checksum)
        throw new AppError(
          'unavailable',
          `Migration ${applied.id} (${applied.name}) is not the one that made this database.`,
        );
    }
    for (const step of steps.filter((s) => !rows.some((r) => r.id === s.id))) {
      await client.query('begin');
      try {
        await client.query(step.sql);
        await client.query('insert into schema_migrations (id, name, checksum) values ($1, $2, $3)', [
          step.id,
          step.name,
          checksum(step.sql),
        ]);
        await client.query('commit');
      } catch (error) {
        await client.query('rollback');
        throw error;
      }
    }
  } finally {
    await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    client.release();
  }
}

/** What tells an applied step from an edited one. */
export function checksum(sql: string): string {
  return createHash('sha256').update(sql).digest('hex');
}
