import { spawn } from 'node:child_process';
import { chown, mkdtemp, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../protocol/errors.ts';
import type { DatabaseAddress } from '../database.ts';
import { ownFolder, prepareDataFolder } from './data-folder.ts';
import { lockFolder } from './folder-lock.ts';
import { serverFiles } from './server-files.ts';
import { readPidFile, STOP_TIMEOUT_MS, socketFolderPrefix, stopLeftover } from './server-process.ts';

/** PostgreSQL refuses to run as root; as root we start it under "nobody". */
export const UNPRIVILEGED_ID = 65_534;
/** Where the server's own files go when the unprivileged user cannot read the installed ones. */
export const SYSTEM_CACHE = '/var/cache/sallyport';
const USER = 'sallyport';
const START_TIMEOUT_MS = 60_000;

export interface EmbeddedServer {
  readonly address: DatabaseAddress;
  readonly pid: number;
  /** Resolves when the server is gone, whether it was stopped or died. */
  readonly exited: Promise<void>;
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** The data folder; the server's files go to `database/` inside it. */
  folder: string;
  /** Extra server settings, e.g. `{fsync: 'off'}` for tests. */
  settings?: Record<string, string>;
}

/**
 * Starts the PostgreSQL that npm installed, over a Unix socket in a folder only its owner can enter and only for this
 * system user (peer authentication: no password exists). A server that an earlier kill -9 left behind is stopped first.
 * @throws AppError 'unavailable' when it cannot run here or another backend uses the folder
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  if (process.platform === 'win32')
    throw new AppError(
      'unavailable',
      'The embedded database runs on Linux and macOS; give a database with DATABASE_URL.',
    );
  const unlock = await lockFolder(options.folder);
  try {
    const uid = process.getuid?.() === 0 ? UNPRIVILEGED_ID : undefined;
    const native = await serverFiles(uid, SYSTEM_CACHE);
    const dataFolder = await prepareDataFolder(options.folder, uid);
    await stopLeftover(dataFolder);
    const lossy = options.settings?.fsync === 'off';
    if (!(await exists(join(dataFolder, 'PG_VERSION')))) await initialise(native, dataFolder, { uid, lossy });
    const server = await start(native, dataFolder, uid, options);
    return {
      ...server,
      async stop() {
        await server.stop();
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** Made beside its place and moved there whole: a crash half-way leaves nothing that looks like a database. */
async function initialise(
  native: string,
  dataFolder: string,
  { uid, lossy }: { uid: number | undefined; lossy: boolean },
): Promise<void> {
  const half = `${dataFolder}.new`;
  await rm(half, { recursive: true, force: true });
  await ownFolder(half, uid);
  const child = spawn(
    join(native, 'bin', 'initdb'),
    [
      ...['-D', half, '-U', USER, '--auth=reject', '--encoding=UTF8', '--locale=C', '--no-instructions'],
      ...(lossy ? ['--no-sync'] : []),
    ],
    { ...asUser(uid), stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new AppError('unavailable', `The embedded database could not be made: ${said.trim()}`);
  await rename(half, dataFolder);
}

/** Only the system user that runs the backend gets in, and only through the socket. */
async function writeAccessRules(dataFolder: string, uid: number | undefined): Promise<void> {
  const files = {
    'pg_hba.conf': 'local all sallyport peer map=backend\n',
    'pg_ident.conf': `backend ${userInfo().username} ${USER}\n`,
  };
  for (const [name, text] of Object.entries(files)) {
    const path = join(dataFolder, name);
    await writeFile(path, text, { mode: 0o600 });
    if (uid !== undefined) await chown(path, uid, uid);
  }
}

async function start(
  native: string,
  dataFolder: string,
  uid: number | undefined,
  options: EmbeddedOptions,
): Promise<EmbeddedServer> {
  await writeAccessRules(dataFolder, uid);
  const socketFolder = await mkdtemp(socketFolderPrefix());
  if (uid !== undefined) await chown(socketFolder, uid, uid);
  const settings = { listen_addresses: '', unix_socket_directories: socketFolder, ...options.settings };
  const log = await open(join(options.folder, 'database.log'), 'a', 0o600);
  // Its own process group: Ctrl-C in the terminal must not stop it before the backend has written its last row. Its
  // log is a file and not a pipe: it must outlive us after kill -9.
  const child = spawn(
    join(native, 'bin', 'postgres'),
    ['-D', dataFolder, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { ...asUser(uid), stdio: ['ignore', log.fd, log.fd], detached: true },
  );
  const exited = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
  await log.close();
  const { pid } = child;
  const stop = async (): Promise<void> => {
    // SIGINT is the server's fast shutdown: clients are cut, data is written.
    child.kill('SIGINT');
    const late = setTimeout(() => child.kill('SIGQUIT'), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(late);
    await rm(socketFolder, { recursive: true, force: true });
  };
  try {
    await Promise.race([untilReady(dataFolder, pid), exited.then(() => undefined)]);
  } catch (error) {
    await stop();
    throw error;
  }
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) {
    await rm(socketFolder, { recursive: true, force: true });
    throw new AppError(
      'unavailable',
      `The embedded database did not start; see ${join(options.folder, 'database.log')}.`,
    );
  }
  child.unref();
  return { address: { socketFolder, database: 'postgres', user: USER }, pid, exited, stop };
}

async function untilReady(dataFolder: string, pid: number | undefined): Promise<void> {
  for (const end = Date.now() + START_TIMEOUT_MS; Date.now() < end; await sleep(15)) {
    const now = await readPidFile(dataFolder);
    if (now?.pid === pid && now?.status === 'ready') return;
  }
  throw new AppError('unavailable', `The embedded database was not ready after ${START_TIMEOUT_MS / 1000} s.`);
}

/** As root: as the unprivileged user. The locale and the environment are plain, whatever the person has set. */
function asUser(uid: number | undefined) {
  return {
    ...(uid === undefined ? {} : { uid, gid: uid }),
    cwd: '/',
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
  };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
