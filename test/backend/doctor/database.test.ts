import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judgeDatabase, judgeMigrations } from '../../../backend/doctor/database.ts';
import { type DatabaseFacts, probeDatabase } from '../../../backend/doctor/database-probe.ts';
import { checksum } from '../../../backend/storage/migrate.ts';
import { migrations } from '../../../backend/storage/migrations/index.ts';
import { startTestDatabase } from '../../support/database.ts';
import { noDebianPostgres, startDebianPostgres } from '../storage/debian-postgres.ts';

const APPLIED = migrations.map(({ id, name, sql }) => ({ id, name, checksum: checksum(sql) }));

const GOOD: DatabaseFacts = {
  version: 150_018,
  encoding: 'UTF8',
  aheadMs: 0,
  standby: false,
  forgetful: false,
  mayCreate: true,
  closedTables: [],
  migrations: APPLIED,
  connections: { most: 97, used: 1 },
  notifies: true,
};

function worst(facts: Partial<DatabaseFacts> | { why: string }, running = false): string {
  const findings = judgeDatabase('why' in facts ? facts : { ...GOOD, ...facts }, running);
  const found = ['wrong', 'warning', 'ok'].map((v) => findings.find(({ verdict }) => verdict === v)).find(Boolean);
  return `${found?.verdict}: ${found?.sentence}`;
}

describe('what a database says of itself leads to', () => {
  test.each<[string, Partial<DatabaseFacts> | { why: string }, RegExp]>([
    ['out of reach', { why: 'connection refused' }, /^wrong: The database cannot be reached: connection refused/],
    ['too old', { version: 140_012 }, /^wrong: PostgreSQL 15 or later is needed, and this one is 14/],
    ['a standby', { standby: true, notifies: false }, /^wrong: The database is a standby/],
    ['another encoding', { encoding: 'SQL_ASCII' }, /^wrong: The database is in SQL_ASCII/],
    ['a pooler', { notifies: false }, /^wrong: A LISTEN hears no NOTIFY/],
    [
      'no right to make tables',
      { mayCreate: false, migrations: undefined },
      /^wrong: The database user may make no tables/,
    ],
    ['tables of another user', { closedTables: ['audit'] }, /^wrong: The database user may not use audit/],
    [
      'a newer one',
      { migrations: [...APPLIED, { id: 999, name: 'x', checksum: '' }] },
      /^wrong: The database is newer/,
    ],
    ['fsync is off', { forgetful: true }, /^warning: The database may lose acknowledged changes/],
    ['few connections', { connections: { most: 10, used: 0 } }, /^warning: The database allows 10 connections/],
    ['few free ones', { connections: { most: 97, used: 90 } }, /^warning: Only 7 of the database's 97/],
    [
      'nothing yet',
      { migrations: undefined },
      /^ok: PostgreSQL 15 can be used; its tables are made at the first start/,
    ],
    ['all well', {}, /^ok: PostgreSQL 15 can be used; its tables are up to date/],
  ])('%s', (_, facts, expected) => {
    expect(worst(facts)).toMatch(expected);
  });

  test('a running backend is among those that are connected', () => {
    expect(worst({ connections: { most: 97, used: 90 } }, true)).toMatch(/^ok: /);
  });

  test('an edited step is wrong, a missing one is made up for', () => {
    const [first, ...rest] = APPLIED;
    if (!first) throw new Error('There are steps.');
    expect(judgeMigrations([{ ...first, checksum: 'other' }, ...rest]).verdict).toBe('wrong');
    expect(judgeMigrations([first])).toMatchObject({
      verdict: 'ok',
      sentence: expect.stringContaining('back it up before'),
    });
  });
});

describe('asked for real', () => {
  let running: Awaited<ReturnType<typeof startTestDatabase>>;
  beforeAll(async () => {
    running = await startTestDatabase();
  });
  afterAll(() => running.dispose());

  test('the embedded one says what it is, and that tests do not wait for the disk; nothing is changed by asking', async () => {
    const written = async () =>
      (
        await running.database.db
          .selectFrom('audit')
          .select('seq')
          .execute()
          .catch(() => [])
      ).length;
    const before = await written();
    const facts = await probeDatabase(running.address);
    expect(facts).toMatchObject({
      encoding: 'UTF8',
      standby: false,
      forgetful: true,
      mayCreate: true,
      closedTables: [],
      migrations: APPLIED,
      notifies: true,
    });
    expect('aheadMs' in facts && Math.abs(facts.aheadMs)).toBeLessThan(1_000);
    expect(await written()).toBe(before);
  });

  test('a wrong address is out of reach, and its password is not repeated', async () => {
    const facts = await probeDatabase({ url: 'postgres://me:hunter2@127.0.0.1:9/x' });
    expect(facts).toEqual({ why: expect.stringContaining('ECONNREFUSED') });
    expect(JSON.stringify(facts)).not.toContain('hunter2');
    expect(await probeDatabase({ url: 'postgres://me:hunter2@[broken/x' })).toEqual({
      why: expect.not.stringContaining('hunter2'),
    });
  });
});

describe.skipIf(noDebianPostgres)('a PostgreSQL 15 of the organisation’s own', () => {
  let server: Awaited<ReturnType<typeof startDebianPostgres>>;
  beforeAll(async () => {
    server = await startDebianPostgres();
    const admin = new pg.Client({ connectionString: server.url });
    await admin.connect();
    for (const sql of [
      'create role poor login connection limit 6',
      "create database ascii encoding 'SQL_ASCII' template template0",
      'create database lax',
      'alter database lax set synchronous_commit = off',
      'alter database lax connection limit 4',
    ])
      await admin.query(sql);
    await admin.end();
  });
  afterAll(() => server.dispose());

  const as = (user: string, database: string): string =>
    server.url.replace('tester@', `${user}@`).replace('/postgres?', `/${database}?`);

  test.each<[string, string, string, RegExp]>([
    ['a user that may make no tables', 'poor', 'postgres', /^wrong: The database user may make no tables/],
    ['another encoding', 'tester', 'ascii', /^wrong: The database is in SQL_ASCII/],
    ['a user that is not there', 'nobody', 'postgres', /^wrong: .* role "nobody" does not exist/],
    ['a database that is not there', 'tester', 'none', /^wrong: .* database "none" does not exist/],
    // This server runs without fsync, as tests do.
    ['settings that lose changes', 'tester', 'lax', /^warning: The database may lose/],
  ])('%s', async (_, user, database, expected) => {
    expect(worst(await probeDatabase({ url: as(user, database) }))).toMatch(expected);
  });

  test('the limits of user and database count', async () => {
    expect(await probeDatabase({ url: as('poor', 'postgres') })).toMatchObject({ connections: { most: 6 } });
    expect(await probeDatabase({ url: as('tester', 'lax') })).toMatchObject({ connections: { most: 4 } });
  });
});
