import { connect } from 'node:net';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pruneOutbox } from '../../../backend/events/retention.ts';
import { type Database, openDatabase } from '../../../backend/storage/database.ts';
import { publish } from '../../../backend/storage/transaction.ts';
import { paths } from '../../../protocol/api/routes.ts';
import { systemClock } from '../../../protocol/time.ts';
import { startTestBackend, type TestBackend, type TestClient, type TestStream } from '../../support/backend.ts';
import { startTestDatabase } from '../../support/database.ts';

/** The backend under test, and another node on the same database: its commits come by NOTIFY alone. */
let server: Awaited<ReturnType<typeof startTestDatabase>>;
let backend: TestBackend;
let elsewhere: Database;
let erin: TestClient;
let dana: TestClient;

beforeAll(async () => {
  server = await startTestDatabase();
  if ('url' in server.address) throw new Error();
  const { socketFolder, database, user } = server.address;
  const url = `postgres://${user}@localhost/${database}?host=${encodeURIComponent(socketFolder)}`;
  backend = await startTestBackend({ url });
  elsewhere = await openDatabase({ url });
  [erin, dana] = [await backend.signIn('erin'), await backend.signIn('dana')];
});
afterAll(async () => {
  await backend.dispose();
  await elsewhere.dispose();
  await server.dispose();
});

async function tell(audience: readonly string[] | 'everybody', at: number, from: Database = elsewhere): Promise<void> {
  await from.inTransaction(async (tx) => publish(tx, { kind: 'access-changed', at }, audience));
}

/** The moments that mark the events of a test, in the order in which they came. */
const marks = (stream: TestStream): number[] => stream.news.map((event) => event.at);
const idsOf = (stream: TestStream): number[] =>
  stream.received.flatMap((r) => (r.id === undefined ? [] : [Number(r.id)]));

async function opened(client: TestClient, cursor?: string): Promise<TestStream> {
  const stream = await client.events(cursor);
  await stream.until((event) => event.kind === 'heartbeat');
  return stream;
}

async function cursorNow(): Promise<string> {
  return (await erin.call('overview.show', {})).cursor;
}

describe('who hears what', () => {
  test('an event comes to those it is for, to nobody else, and from another node within a moment', async () => {
    const cursor = await cursorNow();
    const [forErin, forDana] = [await opened(erin, cursor), await opened(dana, cursor)];
    await tell([erin.id], 1);
    await tell([dana.id], 2);
    await tell('everybody', 3);
    await Promise.all([forErin, forDana].map((stream) => stream.until((event) => event.at === 3)));
    expect(marks(forErin)).toEqual([1, 3]);
    expect(marks(forDana)).toEqual([2, 3]);
    for (const stream of [forErin, forDana]) stream.close();
  });

  test('nobody hears the events of others by asking for older ones', async () => {
    const cursor = await cursorNow();
    await tell([erin.id], 10);
    await tell([dana.id], 11);
    await tell('everybody', 12);
    const stream = await opened(dana, cursor);
    await stream.until((event) => event.at === 12);
    expect(marks(stream)).toEqual([11, 12]);
    stream.close();
  });

  test('without a cursor the stream begins with what comes next', async () => {
    await tell('everybody', 20);
    const stream = await opened(erin);
    await tell('everybody', 21);
    await stream.until((event) => event.at === 21);
    expect(marks(stream)).toEqual([21]);
    stream.close();
  });

  test('the cursor may stand in the address; the header is newer and wins', async () => {
    const first = await cursorNow();
    await tell('everybody', 30);
    const second = await cursorNow();
    await tell('everybody', 31);
    const byAddress = await erin.fetch(`${paths.events}?cursor=${first}`);
    const reader = byAddress.body!.getReader();
    let text = '';
    while (!text.includes('"at":31')) text += new TextDecoder().decode((await reader.read()).value);
    expect(text).toContain('"at":30');
    await reader.cancel();
    const stream = await opened(erin, second);
    await stream.until((event) => event.at === 31);
    expect(marks(stream)).toEqual([31]);
    stream.close();
  });
});

describe('nothing is lost, nothing comes twice, everything in order', () => {
  test('while many write at once on two nodes and the reader comes and goes', async () => {
    const WRITES = 400;
    let cursor = await cursorNow();
    const received: number[] = [];
    const numbers: number[] = [];
    let written = false;
    const writing = Promise.all(
      Array.from({ length: WRITES }, async (_, i) => {
        await new Promise((resolve) => setTimeout(resolve, i * 2));
        await elsewhere.inTransaction(async (tx) => {
          await sql`select pg_sleep(${(i % 5) / 1000})`.execute(tx.db);
          publish(tx, { kind: 'access-changed', at: 1000 + i }, i % 3 === 0 ? 'everybody' : [erin.id]);
        });
      }),
    ).then(() => {
      written = true;
    });
    // Every connection is cut after a few events, in the middle of whatever comes.
    for (let round = 0; received.length < WRITES; round++) {
      const stream = await erin.events(cursor);
      const wanted = Math.min(WRITES - received.length, 1 + (round % 40));
      const seen = (): number => stream.news.length;
      await stream.until(() => seen() >= wanted);
      stream.close();
      await stream.ended;
      received.push(...marks(stream));
      numbers.push(...idsOf(stream));
      cursor = String(numbers.at(-1) ?? cursor);
    }
    await writing;
    expect(written).toBe(true);
    expect([...received].sort((a, b) => a - b)).toEqual(Array.from({ length: WRITES }, (_, i) => 1000 + i));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(new Set(numbers).size).toBe(WRITES);
  });

  test('following from the overview’s cursor misses no change that the overview does not show', async () => {
    const ask = { target: 'web-1', login: 'deploy', durationSeconds: 60, reason: 'x' };
    const asked = Promise.all(Array.from({ length: 30 }, () => erin.call('requests.create', { body: ask })));
    const { cursor, requests } = await dana.call('overview.show', {});
    const stream = await dana.events(cursor);
    const all = (await asked).map((request) => request.id).sort();
    const known = new Set(requests.map((request) => request.id));
    const hears = (): string[] => stream.news.flatMap((e) => (e.kind === 'request-changed' ? [e.request.id] : []));
    await stream.until(() => all.every((id) => known.has(id) || hears().includes(id)));
    expect(hears().filter((id) => known.has(id))).toEqual([]);
    stream.close();
  });
});

describe('cursors that cannot be followed', () => {
  const inYears = { now: () => Date.now() + 10 ** 11, monotonic: () => 0 };

  test.each([
    ['from another database', '999999999'],
    ['no number', 'abc'],
    ['negative', '-1'],
    ['too long', '9'.repeat(19)],
  ])('%s: reset, and then what comes next', async (_, cursor) => {
    const stream = await opened(erin, cursor);
    await stream.until((event) => event.kind === 'reset');
    await tell('everybody', 40);
    await stream.until((event) => event.at === 40);
    expect(stream.news.map((event) => event.kind)).toEqual(['reset', 'access-changed']);
    // The reset has a number to resume from.
    const after = await opened(erin, String(idsOf(stream)[0]));
    await after.until((event) => event.at === 40);
    expect(after.news.map((event) => event.kind)).toEqual(['access-changed']);
    for (const each of [stream, after]) each.close();
  });

  test('older than what is kept', async () => {
    const old = await cursorNow();
    await tell('everybody', 50);
    await tell('everybody', 51);
    await pruneOutbox(elsewhere, inYears);
    const stream = await opened(erin, old);
    await stream.until((event) => event.kind === 'reset');
    expect(stream.news.map((event) => event.kind)).toEqual(['reset']);
    stream.close();
  });

  test('an old moment between newer ones is kept: nothing is missing after the first that is kept', async () => {
    await tell('everybody', Date.now());
    const cursor = await cursorNow();
    await tell('everybody', 55);
    await tell('everybody', Date.now());
    await pruneOutbox(elsewhere, systemClock);
    const stream = await opened(erin, cursor);
    await stream.until((event) => event.at === 55);
    expect(stream.news.map((event) => event.kind)[0]).toBe('access-changed');
    stream.close();
  });

  test('an event that this program cannot read is told as reset, and what follows comes', async () => {
    const stream = await opened(erin);
    await sql`insert into outbox (at, kind, event) values (56, 'from-the-future', '{"kind": "from-the-future"}')`.execute(
      elsewhere.db,
    );
    await tell('everybody', 57);
    await stream.until((event) => event.at === 57);
    expect(stream.news.map((event) => event.kind)).toEqual(['reset', 'access-changed']);
    stream.close();
  });

  test('the newest event is kept however old it is, so that numbers go on from it', async () => {
    const newest = await cursorNow();
    await pruneOutbox(elsewhere, inYears);
    expect(await cursorNow()).toBe(newest);
    const stream = await opened(erin, newest);
    await tell('everybody', 60);
    await stream.until((event) => event.at === 60);
    expect(stream.news.map((event) => event.kind)).toEqual(['access-changed']);
    stream.close();
  });
});

describe('how a stream ends', () => {
  test('with the sign-in', async () => {
    const sam = await backend.signIn('sam');
    const stream = await opened(sam);
    await sam.call('auth.signOut', {});
    await stream.ended;
    expect((await sam.fetch(paths.events)).status).toBe(401);
  });

  test('a reader that never reads is cut; the others go on', async () => {
    const { hostname, port } = new URL(backend.address);
    const socket = connect(Number(port), hostname);
    socket.write(`GET ${paths.events} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${erin.tokens.accessToken}\r\n\r\n`);
    await new Promise((resolve) => socket.once('data', resolve));
    socket.pause();
    const other = await opened(erin);
    const closed = new Promise<void>((resolve) => {
      socket.on('error', () => undefined);
      socket.once('close', () => resolve());
    });
    // Far more than the bound and what the kernel holds for a connection.
    const ask = { target: 'web-1', login: 'deploy', durationSeconds: 60, reason: 'x' };
    const request = await erin.call('requests.create', { body: ask });
    const large = { ...request, target: { ...request.target, description: 'x'.repeat(500_000) } };
    for (let sent = 0; sent < 24; sent++) {
      const at = 1_000 + sent;
      await elsewhere.inTransaction(async (tx) =>
        publish(tx, { kind: 'request-changed', at, request: large }, [erin.id]),
      );
      // In step with the one that reads: on a busy machine it would be cut too.
      await other.until((event) => event.at === at);
    }
    await tell('everybody', 71);
    await other.until((event) => event.at === 71);
    socket.resume();
    await closed;
    other.close();
  });
});

test('people are online while a stream of theirs is open, and no longer', async () => {
  const ask = { target: 'web-1', login: 'deploy', durationSeconds: 60, reason: 'x' };
  const online = async (): Promise<string[]> =>
    (await erin.call('requests.dryRun', { body: ask })).needs.flatMap((need) => need.online.map((p) => p.id));
  expect(await online()).toEqual([]);
  const [first, second] = [await opened(dana), await opened(dana)];
  expect(await online()).toEqual([dana.id]);
  first.close();
  await first.ended;
  expect(await online()).toEqual([dana.id]);
  second.close();
  await second.ended;
  while ((await online()).length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
});

test('the feed comes back after its connection to the database is lost', async () => {
  const stream = await opened(erin);
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'`.execute(
    elsewhere.db,
  );
  await tell('everybody', 80).catch(() => tell('everybody', 80));
  await stream.until((event) => event.at === 80);
  stream.close();
});
