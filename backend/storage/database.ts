import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { AppError } from '../../protocol/errors.ts';
import { impatientSocket } from './impatient-socket.ts';
import { migrate } from './migrate.ts';
import type { Tables } from './tables.ts';
import { runTransaction, type Tx } from './transaction.ts';

/** Where the database is: a `postgres://` URL, or the socket folder of the embedded server. */
export type DatabaseAddress = { url: string } | { socketFolder: string; database: string; user: string };

export interface Database {
  /** For reads. Writes go through `inTransaction`, so that no change goes without its audit entry. */
  readonly db: Kysely<Tables>;
  inTransaction<T>(act: (tx: Tx) => Promise<T>): Promise<T>;
  /** Called after each commit here that published events. Returns the function that calls it off. */
  onPublished(listener: () => void): () => void;
  /** A connection outside the pool, for LISTEN. The caller ends it. */
  connectAlone(): Promise<pg.Client>;
  /** @throws AppError 'unavailable' when the database does not answer */
  ping(): Promise<void>;
  dispose(): Promise<void>;
}

/** bigint columns are moments and sequence numbers: far below 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format as 'text'),
};

/** Longest that anything here takes the database, but for migrations. Milliseconds. */
const SILENT_MS = 30_000;
const CONNECT_MS = 10_000;

/** How `pg` is told an address. */
export function clientConfig(address: DatabaseAddress): pg.ClientConfig {
  return 'url' in address
    ? { connectionString: address.url, types }
    : { host: address.socketFolder, port: 5432, database: address.database, user: address.user, types };
}

/**
 * Connects and migrates.
 * @throws AppError 'unavailable' when there is no database there or it is older than PostgreSQL 15
 */
export async function openDatabase(
  address: DatabaseAddress,
  options: { connections?: number; silentMs?: number; onError?: (error: Error) => void } = {},
): Promise<Database> {
  await prepare(address);
  const pool = new pg.Pool({
    ...clientConfig(address),
    max: options.connections ?? 10,
    connectionTimeoutMillis: CONNECT_MS,
    stream: () => impatientSocket(options.silentMs ?? SILENT_MS),
  });
  // A connection that breaks while nobody waits for an answer reports it as an event; without a listener on the pool
  // (for idle ones) and on each client (for those within a transaction) it would end the process.
  const onError = (error: Error): void => options.onError?.(error);
  pool.on('error', onError);
  pool.on('connect', (client) => client.on('error', onError));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const listeners = new Set<() => void>();
  return {
    db,
    async inTransaction(act) {
      const { value, published } = await runTransaction(db, act);
      if (published) for (const listener of listeners) listener();
      return value;
    },
    onPublished(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async connectAlone() {
      const client = new pg.Client({ ...clientConfig(address), keepAlive: true });
      client.on('error', onError);
      await client.connect();
      return client;
    },
    async ping() {
      try {
        await pool.query('select 1');
      } catch (cause) {
        throw new AppError('unavailable', 'The database does not answer; try again in a moment.', { cause });
      }
    },
    dispose: () => db.destroy(),
  };
}

/** Whether an error means that the database cannot be reached now, and not that something is wrong with the query. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as Error & { code?: unknown };
  // Class 08: connection exceptions; 57P01..03: shutting down, crashed, starting up; the rest are the socket's.
  if (typeof code === 'string') return /^(08...|57P0[123]|ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|ETIMEDOUT)$/.test(code);
  return /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/.test(
    error.message,
  );
}

/** By a connection of its own, for a migration may take as long as it takes. */
async function prepare(address: DatabaseAddress): Promise<void> {
  const pool = new pg.Pool({ ...clientConfig(address), max: 1, connectionTimeoutMillis: CONNECT_MS });
  pool.on('error', () => undefined);
  try {
    await checkVersion(pool);
    await migrate(pool);
  } finally {
    await pool.end();
  }
}

async function checkVersion(pool: pg.Pool): Promise<void> {
  let version: number;
  try {
    const { rows } = await pool.query<{ version: string }>(`select current_setting('server_version_num') as version`);
    version = Number(rows[0]?.version);
  } catch (cause) {
    throw new AppError('unavailable', `The database cannot be reached: ${(cause as Error).message}`, { cause });
  }
  if (!(version >= 150_000))
    throw new AppError('unavailable', `PostgreSQL 15 or later is needed; this one is ${Math.floor(version / 10_000)}.`);
}
