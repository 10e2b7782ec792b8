import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '../../protocol/errors.ts';
import type { DatabaseAddress } from '../storage/database.ts';
import { SYSTEM_CACHE, UNPRIVILEGED_ID } from '../storage/embedded/embedded-server.ts';
import { hasLinks, installedServer, reachable } from '../storage/embedded/server-files.ts';
import { readPidFile } from '../storage/embedded/server-process.ts';
import { type FileFacts, factsOfFile } from './file-facts.ts';
import { type Finding, findingsOf } from './finding.ts';

const { ok, wrong } = findingsOf('database');
const run = promisify(execFile);

export interface EmbeddedFacts {
  /** What the program says of itself, why it does not run, or undefined: the first start puts it where it can run. */
  readonly program: { readonly version: string } | { readonly why: string } | undefined;
  /** The major version that the data folder is of; undefined: it is still to be made. */
  readonly folderVersion: string | undefined;
  readonly folder: FileFacts | undefined;
  /** The user that the server runs as. */
  readonly uid: number;
}

/** Looks at the server's program and its folder; starts no server. */
export async function probeEmbedded(dataFolder: string): Promise<EmbeddedFacts> {
  const own = process.getuid?.() ?? 0;
  const uid = own === 0 ? UNPRIVILEGED_ID : own;
  const path = join(dataFolder, 'database');
  const version = await readFile(join(path, 'PG_VERSION'), 'utf8').catch(() => undefined);
  return {
    program: await probeProgram(own === 0 ? UNPRIVILEGED_ID : undefined),
    folderVersion: version?.trim(),
    folder: await factsOfFile(path),
    uid,
  };
}

/** Where the running server can be reached by this user; undefined where it cannot, as in a service's private /tmp. */
export async function embeddedAddress(dataFolder: string): Promise<DatabaseAddress | undefined> {
  const running = await readPidFile(join(dataFolder, 'database'));
  if (running?.status !== 'ready' || !(await factsOfFile(join(running.socketFolder, '.s.PGSQL.5432'))))
    return undefined;
  return { socketFolder: running.socketFolder, database: 'postgres', user: 'sallyport' };
}

async function probeProgram(uid: number | undefined): Promise<EmbeddedFacts['program']> {
  try {
    const { native, version } = installedServer();
    const copy = join(SYSTEM_CACHE, `postgres-${version}`);
    const asItIs = (await hasLinks(native)) && (uid === undefined || (await reachable(native)));
    const folder = asItIs ? native : (await hasLinks(copy)) ? copy : undefined;
    if (folder === undefined) return undefined;
    const { stdout } = await run(join(folder, 'bin', 'postgres'), ['--version'], {
      timeout: 10_000,
      cwd: '/',
      env: { LC_ALL: 'C' },
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
    return { version: /\b(\d+)(\.\d+)?/.exec(stdout)?.[1] ?? '' };
  } catch (error) {
    if (error instanceof AppError) return { why: error.message };
    return { why: 'The embedded PostgreSQL does not run for this user; install Sallyport again, or set DATABASE_URL.' };
  }
}

/** What is in the way of starting it; empty: nothing. */
export function judgeEmbedded({ program, folderVersion, folder, uid }: EmbeddedFacts): Finding[] {
  if (program && 'why' in program) return [wrong(program.why)];
  const findings: Finding[] = [];
  if (program && folderVersion !== undefined && folderVersion !== program.version)
    findings.push(
      wrong(
        `The database in the data folder is of PostgreSQL ${folderVersion}, and this program brings ${program.version}: use the Sallyport that made it.`,
      ),
    );
  if (folder && folder.uid !== uid)
    findings.push(
      wrong(
        `${folder.path} belongs to another user than the one that the database runs as; run: chown -R ${uid} ${folder.path}`,
      ),
    );
  else if (folder && (folder.mode & 0o077) !== 0)
    findings.push(
      wrong(`Others may look into ${folder.path}, and PostgreSQL refuses that; run: chmod 700 ${folder.path}`),
    );
  return findings;
}

/** The embedded database when it cannot be asked. */
export function judgeUnasked(folderVersion: string | undefined, running: boolean): Finding[] {
  // A /tmp of the service's own, where the unit has no RuntimeDirectory.
  if (running)
    return [
      ok(
        'The backend reaches its embedded database. Its version, rights, tables, connections and clock were not looked at: its socket is out of sight from here. To look at them too, run: nsenter --mount --target "$(systemctl show --property MainPID --value sallyport)" sallyport doctor',
      ),
    ];
  return [
    ok(
      folderVersion === undefined
        ? 'The embedded PostgreSQL runs here; the first start makes its folder.'
        : 'The embedded PostgreSQL can be started on its folder.',
    ),
  ];
}
