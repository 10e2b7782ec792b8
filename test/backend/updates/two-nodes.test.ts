import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../../backend/storage/database.ts';
import { updateFolder } from '../../../backend/updates/folder.ts';
import { type Holder, withFolderLock } from '../../../backend/updates/folder-lock.ts';
import { withPublishingLock } from '../../../backend/updates/publishing-lock.ts';
import { Releases } from '../../../backend/updates/releases.ts';
import { systemClock } from '../../../protocol/time.ts';
import { startTestDatabase } from '../../support/database.ts';
import { BACKEND, DAY_MS, newSigner, publicHalf, published } from '../../support/release.ts';
import { read } from './release-desk.ts';

const ann = newSigner();
let started: Awaited<ReturnType<typeof startTestDatabase>>;
/** Two nodes: each with connections of its own to the one database. */
let databases: [Database, Database];
let path: string;
beforeAll(async () => {
  started = await startTestDatabase();
  databases = [started.database, await openDatabase(started.address)];
});
afterAll(async () => {
  await databases?.[1].dispose();
  await started?.dispose();
});
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'sallyport-nodes-'));
});
afterEach(() => rm(path, { recursive: true, force: true }));

const folder = () => updateFolder(path);
const nodeOn = (database: Database): Releases =>
  new Releases({
    ...{ folder: folder(), publicUrl: BACKEND, keys: [publicHalf(ann)], database, clock: systemClock },
    log: pino({ level: 'silent' }),
  });
const release = (sequence: number): string =>
  published([ann], { sequence, artefacts: [], publishedAt: Date.now(), expiresAt: Date.now() + DAY_MS });
const live = async (): Promise<string> => readFile(join(path, 'stable.json'), 'utf8').catch(() => 'nothing');
const rows = async (): Promise<{ kind: string; sequence: unknown; message: string }[]> => {
  const found = await databases[0].db
    .selectFrom('audit')
    .select(['kind', 'details', 'message'])
    .orderBy('seq')
    .execute();
  return found.map(({ kind, details, message }) => {
    const { sequence } = details as { sequence?: unknown };
    return { kind, sequence, message };
  });
};

test('releases proposed at two nodes at once go live one after the other, never an older one over a newer', async () => {
  const nodes = databases.map(nodeOn);
  const texts = Array.from({ length: 12 }, (_, n) => release(n + 1));
  const results = await Promise.allSettled(
    texts.map((text, n) => (nodes[n % 2] as Releases).propose('stable', text, '127.0.0.1')),
  );
  const taken = results.flatMap(({ status }, n) => (status === 'fulfilled' ? [n + 1] : []));
  for (const result of results) if (result.status === 'rejected') expect(String(result.reason)).toMatch(/is older/);
  expect(read(await live()).sequence).toBe(12);
  const recorded = (await rows()).flatMap(({ kind, sequence }) => (kind === 'release.published' ? [sequence] : []));
  expect(recorded).toEqual(taken);
  expect(await readdir(path)).not.toContain('lock');
});

test('a feed is in place only after its entry stands, and not at all when the entry cannot be written', async () => {
  const [one] = databases;
  const seen: string[] = [];
  const watched: Database = {
    ...one,
    async inTransaction(act) {
      const value = await one.inTransaction(act);
      seen.push(`${(await rows()).at(-1)?.kind}, then ${await live()}`);
      return value;
    },
  };
  await nodeOn(watched).propose('stable', release(1), '127.0.0.1');
  expect(seen).toEqual(['release.published, then nothing']);
  const first = await live();
  const away: Database = { ...one, inTransaction: () => Promise.reject(new Error('the database is away')) };
  await expect(nodeOn(away).propose('stable', release(2), '127.0.0.1')).rejects.toThrow(/away/);
  expect(await live()).toBe(first);
});

test('an entry whose feed is not put in place is taken back by the next one', async () => {
  const [one, two] = databases;
  let isEntered = false;
  const losing: Database = {
    ...one,
    async inTransaction(act) {
      const value = await one.inTransaction(act);
      if (!isEntered) await endHolders(two);
      isEntered = true;
      return value;
    },
  };
  await expect(nodeOn(losing).propose('stable', release(7), '127.0.0.1')).rejects.toMatchObject({
    code: 'unavailable',
  });
  expect(await live()).toBe('nothing');
  const { message: _, ...entry } = (await rows()).at(-2) ?? { message: '' };
  expect(entry).toEqual({ kind: 'release.published', sequence: 7 });
  expect((await rows()).at(-1)).toEqual({
    kind: 'release.refused',
    sequence: 7,
    message: expect.stringMatching(
      /1\.2\.3 was not put in place on the channel stable after all: The database was lost/,
    ),
  });
  await nodeOn(two).propose('stable', release(7), '127.0.0.1');
  expect(read(await live()).sequence).toBe(7);
});

test('one node at a time holds the lock, however long it takes', async () => {
  const [one, two] = databases;
  await withPublishingLock(one, async () => {
    await expect(withPublishingLock(two, async () => 'in', 50)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/Another node is publishing/),
    });
  });
  expect(await withPublishingLock(two, async () => 'in', 50)).toBe('in');
});

test('a node that loses the database while it publishes knows that it no longer holds the lock', async () => {
  const [one, two] = databases;
  await withPublishingLock(one, async (stillHeld) => {
    await stillHeld();
    await endHolders(two);
    await expect(stillHeld()).rejects.toMatchObject({ code: 'unavailable' });
    expect(await withPublishingLock(two, async () => 'in', 2_000)).toBe('in');
  });
});

test.each<[string, string, Holder]>([
  ["a command's lock, by a backend", 'command 1 on desk, 00\n', 'backend'],
  ["a command's lock, by a command", 'command 1 on desk, 00\n', 'command'],
  ["a node's lock, by a command", 'backend 1 on node, 00\n', 'command'],
  ['a lock of nobody, by a backend', '', 'backend'],
])('%s, is never taken away', async (_, text, holder) => {
  await writeFile(folder().lock, text);
  await expect(withFolderLock(folder(), holder, async () => 'in', 50)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/If nobody is, remove .*lock\.$/),
  });
  expect(await readFile(folder().lock, 'utf8')).toBe(text);
});

test('what a node that died has left is taken over by the next, and a late end of it takes nothing away', async () => {
  await writeFile(folder().lock, 'backend 1 on node, 00\n');
  await withFolderLock(folder(), 'backend', async () => {
    await withFolderLock(folder(), 'backend', async () => undefined);
    expect(await readdir(path)).not.toContain('lock');
    await writeFile(folder().lock, 'command 1 on desk, 00\n');
  });
  expect(await readFile(folder().lock, 'utf8')).toMatch(/^command/);
});

/** Ends the connections that hold the lock, as a restart of the database does. */
async function endHolders(database: Database): Promise<void> {
  const client = await database.connectAlone();
  await client.query(
    "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()",
  );
  await client.end();
}
