import { createHash } from 'node:crypto';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appendAudit } from '../../../backend/audit/append.ts';
import { readAudit } from '../../../backend/audit/read.ts';
import { type Database, isDatabaseAway, openDatabase } from '../../../backend/storage/database.ts';
import { newId } from '../../../backend/storage/ids.ts';
import { migrate } from '../../../backend/storage/migrate.ts';
import { migrations } from '../../../backend/storage/migrations/index.ts';
import { publish } from '../../../backend/storage/transaction.ts';
import { AppError } from '../../../protocol/errors.ts';
import { startTestDatabase } from '../../support/database.ts';
import { servers } from './databases.ts';

describe.each(servers)('on $name', ({ missing, start }) => {
  if (missing) {
    test.skip(`not tested: ${missing}`);
    return;
  }
  let server: Awaited<ReturnType<typeof start>>;
  let database: Database;
  beforeAll(async () => {
    server = await start();
    database = await openDatabase(server.address, { connections: 12 });
  });
  afterAll(async () => {
    await database.dispose();
    await server.dispose();
  });

  const act = (message: string) => ({ at: 1, kind: 'backend.started', actor: 'backend', message }) as const;
  const lastSeq = async (): Promise<number> =>
    (
      await database.db
        .selectFrom('audit')
        .select((eb) => eb.fn.max('seq').as('n'))
        .executeTakeFirst()
    )?.n ?? 0;
  /** A pool of the test's own. Its last connections may still be closing when the server stops. */
  const pool = (): pg.Pool => {
    const { address } = server;
    const where = 'url' in address ? { connectionString: address.url } : { ...address, host: address.socketFolder };
    return new pg.Pool(where).on('error', () => undefined);
  };

  test.each([
    ['changed', () => database.db.updateTable('audit').set({ message: 'x' }).execute()],
    ['deleted', () => database.db.deleteFrom('audit').execute()],
    ['truncated', () => sql`truncate audit`.execute(database.db)],
    [
      'changed by a later insert',
      () =>
        sql`insert into audit select * from audit limit 1 on conflict (seq) do update set message = 'x'`.execute(
          database.db,
        ),
    ],
  ])('an audit entry cannot be %s', async (_, attack) => {
    await database.inTransaction(async (tx) => appendAudit(tx, act('stays')));
    await expect(attack()).rejects.toThrow(/append-only/);
  });

  test('a rolled back act leaves no audit entry, no event and no gap', async () => {
    const before = await lastSeq();
    await expect(
      database.inTransaction(async (tx) => {
        appendAudit(tx, act('never'));
        publish(tx, { kind: 'access-changed', at: 1 }, 'everybody');
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    await database.inTransaction(async (tx) => appendAudit(tx, act('next')));
    expect(await lastSeq()).toBe(before + 1);
  });

  test('under concurrent writers the audit numbers have no gap and events are numbered in commit order', async () => {
    const before = await lastSeq();
    const from =
      (
        await database.db
          .selectFrom('outbox')
          .select((eb) => eb.fn.max('id').as('n'))
          .executeTakeFirst()
      )?.n ?? 0;
    // A reader of "id > cursor" runs all the while: with plain sequences it would miss what commits late.
    const seen: number[] = [];
    let cursor = from;
    let writing = true;
    const reader = (async () => {
      for (let last = false; !last; ) {
        last = !writing;
        const rows = await database.db
          .selectFrom('outbox')
          .select('id')
          .where('id', '>', cursor)
          .orderBy('id')
          .execute();
        seen.push(...rows.map((row) => row.id));
        cursor = rows.at(-1)?.id ?? cursor;
      }
    })();
    await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        database.inTransaction(async (tx) => {
          await sql`select pg_sleep(${(i % 7) / 1000})`.execute(tx.db);
          appendAudit(tx, act(`writer ${i}`));
          publish(tx, { kind: 'access-changed', at: i }, ['per_x']);
          publish(tx, { kind: 'access-changed', at: i }, 'everybody');
        }),
      ),
    );
    writing = false;
    await reader;
    expect(await lastSeq()).toBe(before + 200);
    expect(seen).toHaveLength(400);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  test('each leaf is the hash of its text, and its text says what the row says', async () => {
    await database.inTransaction(async (tx) =>
      appendAudit(tx, { ...act('“quotes”, \\ and \u0000 and 🚪'), details: { nested: { list: [1, 'two', null] } } }),
    );
    for (const row of await database.db.selectFrom('audit').selectAll().execute()) {
      const hash = createHash('sha256').update('\0').update(row.leaf, 'utf8').digest();
      expect(hash.equals(row.leaf_hash)).toBe(true);
      expect(JSON.parse(row.leaf)).toEqual([
        row.seq,
        row.at,
        row.kind,
        row.outcome,
        row.actor,
        row.actor_name,
        row.subject,
        row.code,
        row.message,
        row.details,
      ]);
    }
  });

  test('moments and numbers come back as numbers', async () => {
    const at = 1_795_233_488_442;
    await database.inTransaction(async (tx) => appendAudit(tx, { ...act('when'), at }));
    const [entry] = (await readAudit(database, 0, 10_000)).slice(-1);
    expect(entry).toMatchObject({ at, seq: await lastSeq(), outcome: 'done', actorName: 'backend' });
  });

  test('listeners hear of a commit that published, and of no other', async () => {
    let heard = 0;
    const off = database.onPublished(() => heard++);
    await database.inTransaction(async (tx) => appendAudit(tx, act('quiet')));
    await database
      .inTransaction(async (tx) => {
        publish(tx, { kind: 'access-changed', at: 1 }, 'everybody');
        throw new Error('no');
      })
      .catch(() => undefined);
    expect(heard).toBe(0);
    await database.inTransaction(async (tx) => publish(tx, { kind: 'access-changed', at: 1 }, 'everybody'));
    off();
    await database.inTransaction(async (tx) => publish(tx, { kind: 'access-changed', at: 1 }, 'everybody'));
    expect(heard).toBe(1);
  });

  test('a transaction that the database asks to repeat is repeated', async () => {
    let tries = 0;
    await database.inTransaction(async () => {
      tries++;
      if (tries < 3) throw Object.assign(new Error('deadlock'), { code: '40P01' });
    });
    expect(tries).toBe(3);
  });

  test('several nodes that start at once migrate once', async () => {
    const nodes = await Promise.all(Array.from({ length: 4 }, () => openDatabase(server.address)));
    await Promise.all(nodes.map((node) => node.dispose()));
    const { rows } = await sql<{ id: number }>`select id from schema_migrations order by id`.execute(database.db);
    expect(rows.map((row) => row.id)).toEqual(migrations.map((step) => step.id));
  });

  test('a database from a newer program is refused', async () => {
    const own = pool();
    await expect(migrate(own, migrations.slice(0, -1))).rejects.toMatchObject({
      code: 'unavailable',
      message: /newer/,
    });
    await own.end();
  });

  test('a released migration that was edited is refused', async () => {
    const own = pool();
    const edited = migrations.map((step) => ({ ...step, sql: `${step.sql}\n-- edited` }));
    await expect(migrate(own, edited)).rejects.toMatchObject({ code: 'unavailable', message: /is not the one/ });
    await own.end();
  });

  test('a migration that fails leaves nothing half done', async () => {
    const own = pool();
    const broken = [...migrations, { id: 99, name: 'broken', sql: 'create table half (id int); select 1/0;' }];
    await expect(migrate(own, broken)).rejects.toThrow(/division by zero/);
    await expect(own.query('select * from half')).rejects.toThrow(/does not exist/);
    await own.end();
  });
});

test('a database that is not there is one sentence', async () => {
  const attempt = openDatabase({ url: 'postgres://nobody@127.0.0.1:9/none' });
  await expect(attempt).rejects.toBeInstanceOf(AppError);
  await expect(attempt).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/cannot be reached/),
  });
});

test('ids match their pattern, sort by time and do not repeat', () => {
  const ids = Array.from({ length: 1000 }, (_, i) => newId('req', 1_795_233_488_000 + i));
  expect(ids).toEqual([...ids].sort());
  expect(new Set(Array.from({ length: 1000 }, () => newId('req', 5))).size).toBe(1000);
  for (const id of ids) expect(id).toMatch(/^req_[a-z0-9]{10,40}$/);
});

test('a connection that is cut between two statements of a transaction fails that transaction alone', async () => {
  const server = await startTestDatabase();
  const errors: Error[] = [];
  const database = await openDatabase(server.address, { onError: (error) => errors.push(error) });
  const cut = database.inTransaction(async (tx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx.db);
    await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(server.database.db);
    // Nobody waits for an answer on it now: its end comes as an event.
    await expect.poll(() => errors.length).toBeGreaterThan(0);
    appendAudit(tx, { at: 1, kind: 'backend.started', actor: 'backend', message: 'never' });
  });
  await expect(cut).rejects.toThrow();
  expect(isDatabaseAway(await cut.catch((error: unknown) => error))).toBe(true);
  await database.ping();
  expect(await readAudit(database, 0, 10)).toEqual([]);
  await database.dispose();
  await server.dispose();
});

test('a database that vanishes without a word is given up, and asked again on a new connection', async () => {
  const { address, dispose } = await startTestDatabase();
  if ('url' in address) throw new Error('The embedded database has a socket.');
  // What stands between: while it is frozen nothing passes, and nobody is told.
  let frozen = false;
  const between = createServer((client) => {
    const server = connect(join(address.socketFolder, '.s.PGSQL.5432'));
    const pass = (to: Socket) => (chunk: Buffer) => frozen || to.write(chunk);
    client.on('data', pass(server)).on('close', () => server.destroy());
    server.on('data', pass(client)).on('close', () => client.destroy());
    for (const socket of [client, server]) socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
  const { port } = between.address() as AddressInfo;
  const url = `postgres://${address.user}@127.0.0.1:${port}/${address.database}`;
  const database = await openDatabase({ url }, { connections: 2, silentMs: 300 });
  const ask = () => sql`select 1`.execute(database.db);
  await ask();
  frozen = true;
  const failed = await ask().catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(Error);
  expect(isDatabaseAway(failed)).toBe(true);
  const lost = database.inTransaction(async (tx) =>
    appendAudit(tx, { at: 1, kind: 'backend.started', actor: 'backend', message: 'never' }),
  );
  await expect(lost).rejects.toSatisfy(isDatabaseAway);
  frozen = false;
  await expect.poll(() => ask().then(() => 'answered', String)).toBe('answered');
  expect(await readAudit(database, 0, 10)).toEqual([]);
  await database.dispose();
  between.close();
  await dispose();
});
