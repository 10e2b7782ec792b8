import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type EmbeddedServer, startEmbedded } from '../../../backend/storage/embedded/embedded-server.ts';
import { isAlive } from '../../../backend/storage/embedded/process-facts.ts';
import { socketFolderPrefix } from '../../../backend/storage/embedded/server-process.ts';
import { removeFolder } from '../../support/folder.ts';

let folder: string;
const started: EmbeddedServer[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-test-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const server of started.splice(0)) await server.stop();
  await removeFolder(folder);
});

async function start(): Promise<EmbeddedServer> {
  const server = await startEmbedded({ folder, settings: { fsync: 'off' } });
  started.push(server);
  return server;
}

async function query(server: EmbeddedServer, text: string): Promise<unknown[]> {
  if ('url' in server.address) throw new Error('The embedded server is reached by its socket.');
  const { socketFolder: host, database, user } = server.address;
  const client = new pg.Client({ host, database, user });
  await client.connect();
  const { rows } = await client.query(text);
  await client.end();
  return rows;
}

test.each<[string, string | undefined, number, string]>([
  ['without one', undefined, 1000, join(tmpdir(), 'sallyport-db-')],
  ['of no absolute path', 'run/sallyport', 1000, join(tmpdir(), 'sallyport-db-')],
  ['too long for a socket', `/run/${'x'.repeat(80)}`, 1000, join(tmpdir(), 'sallyport-db-')],
  ['of root, whose server is another user’s', '/run/sallyport', 0, join(tmpdir(), 'sallyport-db-')],
  ['of the service', '/run/sallyport', 1000, '/run/sallyport/db-'],
  ['the first of several', '/run/sallyport:/run/other', 1000, '/run/sallyport/db-'],
])('the socket lies in the runtime folder: %s', (_, runtime, uid, expected) => {
  expect(socketFolderPrefix({ RUNTIME_DIRECTORY: runtime }, uid)).toBe(expected);
});

test('what was written is there after a stop and a start', async () => {
  const first = await start();
  await query(first, 'create table kept as select 42 as n');
  await started.pop()?.stop();
  expect(isAlive(first.pid)).toBe(false);
  expect(await query(await start(), 'select n from kept')).toEqual([{ n: 42 }]);
});

test('it listens on no network and its socket and files are for one user', async () => {
  const server = await start();
  expect(await query(server, 'show listen_addresses')).toEqual([{ listen_addresses: '' }]);
  if ('url' in server.address) throw new Error();
  for (const path of [server.address.socketFolder, join(folder, 'database')])
    expect((await stat(path)).mode & 0o777, path).toBe(0o700);
  const rules = await readFile(join(folder, 'database', 'pg_hba.conf'), 'utf8');
  expect(rules).toBe('local all sallyport peer map=backend\n');
});

test.runIf(process.getuid?.() === 0)(
  'another user of the machine does not get in, not even the one it runs as',
  async () => {
    const server = await start();
    if ('url' in server.address) throw new Error();
    const script = `
    const pg = require('pg');
    const client = new pg.Client({ host: ${JSON.stringify(server.address.socketFolder)}, database: 'postgres', user: 'sallyport' });
    client.connect().then(() => { console.log('in'); process.exit(0); }, (error) => { console.log(error.message); process.exit(3); });`;
    const attempt = spawnSync(process.execPath, ['-e', script], { uid: 65_534, gid: 65_534, encoding: 'utf8' });
    expect(attempt.stdout).toMatch(/[Pp]eer authentication failed/);
  },
);

test('a second backend on the same folder is refused and the first goes on', async () => {
  const first = await start();
  await expect(startEmbedded({ folder })).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(new RegExp(`process ${process.pid}.*already uses`)),
  });
  expect(await query(first, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a lock left by a process that is gone is no lock, nor is one whose id somebody else has now', async () => {
  const gone = spawnSync(process.execPath, ['-e', '']).pid;
  await writeFile(join(folder, 'backend.lock'), `${gone} 1`);
  await (await start()).stop();
  started.pop();
  await writeFile(join(folder, 'backend.lock'), `${process.pid} 1`);
  await start();
});

test('a database that was half made when the machine died is made anew', async () => {
  await mkdir(join(folder, 'database.new'));
  await writeFile(join(folder, 'database.new', 'half'), '');
  await start();
  expect(await readdir(folder)).not.toContain('database.new');
});

const asRoot = test.runIf(process.getuid?.() === 0);

asRoot('in a private home the files move to where their server can reach them', async () => {
  const home = join(folder, 'home');
  await mkdir(join(home, 'data'), { recursive: true });
  await chmod(home, 0o700);
  vi.stubEnv('TMPDIR', '/var/tmp');
  const first = await startEmbedded({ folder: join(home, 'data'), settings: { fsync: 'off' } });
  const real = await realpath(join(home, 'data', 'database'));
  expect(real).toMatch(/^\/var\/lib\/sallyport-databases\/[0-9a-f]{16}$/);
  expect((await stat(home)).mode & 0o777).toBe(0o700);
  await query(first, 'create table kept as select 42 as n');
  await first.stop();
  // Moved to where it can be reached, they stay where they are.
  await chmod(home, 0o711);
  const second = await startEmbedded({ folder: join(home, 'data'), settings: { fsync: 'off' } });
  expect(await query(second, 'select n from kept')).toEqual([{ n: 42 }]);
  await second.stop();
  await rm(real, { recursive: true });
});

asRoot('in a private temporary folder they stay where they are', async () => {
  await mkdir(join(folder, 'deep', 'data'), { recursive: true, mode: 0o700 });
  const server = await startEmbedded({ folder: join(folder, 'deep', 'data'), settings: { fsync: 'off' } });
  expect(await realpath(join(folder, 'deep', 'data', 'database'))).toMatch(/deep\/data\/database$/);
  await server.stop();
});
