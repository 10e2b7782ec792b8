import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { removeFolder } from '../../support/folder.ts';

const BIN = '/usr/lib/postgresql/15/bin';
const NOBODY = 65_534;
const run = promisify(execFile);

/** Why PostgreSQL 15 cannot be tested here; undefined when it can. */
export const noDebianPostgres = existsSync(join(BIN, 'pg_ctl'))
  ? undefined
  : 'PostgreSQL 15 is not installed (apt install postgresql-15)';

export interface DebianPostgres {
  readonly url: string;
  /** Stops the server as an administrator does; its data stays. */
  stop(): Promise<void>;
  /** Starts it again, where it was. */
  start(): Promise<void>;
  dispose(): Promise<void>;
}

/** A throw-away PostgreSQL 15 as Debian ships it, over a Unix socket. */
export async function startDebianPostgres(): Promise<DebianPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-pg15-'));
  const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if ('uid' in asNobody) await chown(folder, NOBODY, NOBODY);
  await chmod(folder, 0o711);
  const options = { ...asNobody, cwd: '/', env: { LC_ALL: 'C' } };
  const data = join(folder, 'data');
  await run(join(BIN, 'initdb'), ['-D', data, '-U', 'tester', '--auth=trust', '-E', 'UTF8', '--locale=C'], options);
  const settings = `-c listen_addresses= -c unix_socket_directories=${folder} -c fsync=off`;
  const control = (...words: string[]) => run(join(BIN, 'pg_ctl'), ['-D', data, '-w', ...words], options);
  // With a log file: pg_ctl's child would otherwise hold our pipes open.
  const start = async () => void (await control('-l', join(folder, 'log'), '-o', settings, 'start'));
  const stop = async () => void (await control('-m', 'fast', 'stop'));
  await start();
  return {
    url: `postgres://tester@localhost/postgres?host=${encodeURIComponent(folder)}`,
    stop,
    start,
    async dispose() {
      await stop();
      await removeFolder(folder);
    },
  };
}
