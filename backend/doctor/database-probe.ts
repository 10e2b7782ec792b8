import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { clientConfig, type DatabaseAddress } from '../storage/database.ts';
import { ASK_TIMEOUT_MS } from './ask.ts';

/** What a database says of itself. Times are milliseconds. */
export interface DatabaseFacts {
  /** As in server_version_num: 150018. */
  readonly version: number;
  readonly encoding: string;
  readonly aheadMs: number;
  /** A standby takes no changes. */
  readonly standby: boolean;
  /** A setting under which an acknowledged change can be lost. */
  readonly forgetful: boolean;
  readonly mayCreate: boolean;
  /** Tables of ours that this user may not read or write. */
  readonly closedTables: readonly string[];
  /** Undefined: nothing was ever made in it. */
  readonly migrations: readonly AppliedStep[] | undefined;
  readonly connections: { readonly most: number; readonly used: number };
  /** Whether a LISTEN hears a NOTIFY: not so behind a pooler that shares connections. */
  readonly notifies: boolean;
}

export interface AppliedStep {
  readonly id: number;
  readonly name: string;
  readonly checksum: string;
}

const NOTIFY_TIMEOUT_MS = 2_000;

/** @returns why it cannot be asked, as the end of a sentence that holds no password */
export async function probeDatabase(address: DatabaseAddress): Promise<DatabaseFacts | { readonly why: string }> {
  const make = (): pg.Client =>
    new pg.Client({
      ...clientConfig(address),
      connectionTimeoutMillis: ASK_TIMEOUT_MS,
      query_timeout: ASK_TIMEOUT_MS,
      application_name: 'sallyport doctor',
    });
  let client: pg.Client | undefined;
  let second: pg.Client | undefined;
  try {
    client = make();
    second = make();
    for (const each of [client, second]) each.on('error', () => undefined);
    await client.connect();
    await second.connect();
    return { ...(await read(client)), notifies: await hears(client, second) };
  } catch (error) {
    return { why: (error as Error).message };
  } finally {
    await Promise.all([client?.end().catch(() => undefined), second?.end().catch(() => undefined)]);
  }
}

const FACTS = `
  select current_setting('server_version_num')::int as version,
         current_setting('server_encoding') as encoding,
         extract(epoch from clock_timestamp())::float8 * 1000 as now,
         pg_is_in_recovery() as standby,
         current_setting('fsync') = 'off' or current_setting('full_page_writes') = 'off'
           or current_setting('synchronous_commit') = 'off' as forgetful,
         coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) as "mayCreate",
         to_regclass('schema_migrations') is not null as made,
         current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as most,
         (select rolconnlimit from pg_roles where rolname = current_user) as "roleLimit",
         (select datconnlimit from pg_database where datname = current_database()) as "databaseLimit",
         (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as used`;

const CLOSED_TABLES = `
  select c.relname as name from pg_class c
   where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
     and c.relowner = (select relowner from pg_class where oid = 'schema_migrations'::regclass)
     and not (has_table_privilege(c.oid, 'SELECT') and has_table_privilege(c.oid, 'INSERT'))
   order by 1`;

interface Row extends Omit<DatabaseFacts, 'aheadMs' | 'connections' | 'closedTables' | 'migrations' | 'notifies'> {
  now: number;
  made: boolean;
  most: number;
  roleLimit: number;
  databaseLimit: number;
  used: number;
}

/** In a transaction that can change nothing. */
async function read(client: pg.Client): Promise<Omit<DatabaseFacts, 'notifies'>> {
  await client.query('begin read only');
  const before = Date.now();
  const { rows } = await client.query<Row>(FACTS);
  const middle = (before + Date.now()) / 2;
  const [row] = rows;
  if (!row) throw new Error('it does not say what it is');
  const { now, made, most, roleLimit, databaseLimit, used, ...facts } = row;
  const closed = made ? (await client.query<{ name: string }>(CLOSED_TABLES)).rows.map(({ name }) => name) : [];
  const migrations =
    made && !closed.includes('schema_migrations')
      ? (await client.query<AppliedStep>('select id, name, checksum from schema_migrations order by id')).rows
      : undefined;
  await client.query('commit');
  // -1 is no limit.
  const limits = [most, roleLimit, databaseLimit].filter((limit) => limit >= 0);
  return {
    ...facts,
    aheadMs: now - middle,
    closedTables: closed,
    migrations,
    connections: { most: Math.min(...limits), used },
  };
}

async function hears(listener: pg.Client, speaker: pg.Client): Promise<boolean> {
  const channel = `sallyport_doctor_${randomBytes(6).toString('hex')}`;
  const heard = new Promise<boolean>((resolve) => {
    const late = setTimeout(() => resolve(false), NOTIFY_TIMEOUT_MS);
    listener.once('notification', () => {
      clearTimeout(late);
      resolve(true);
    });
  });
  // A standby refuses both; it is named for that already.
  await listener.query(`listen ${channel}`).catch(() => undefined);
  await speaker.query(`notify ${channel}`).catch(() => undefined);
  return heard;
}
