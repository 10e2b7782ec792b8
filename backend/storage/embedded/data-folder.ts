import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, realpath, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { reachable } from './server-files.ts';

/** Where the database goes when the data folder is in a private home. Not /var/lib/sallyport: a package shuts that. */
const SYSTEM_DATA = '/var/lib/sallyport-databases';

/** `database/` in the data folder; a link to a place of its own when the server's user cannot walk to it. */
export async function prepareDataFolder(folder: string, uid: number | undefined): Promise<string> {
  const path = join(folder, 'database');
  if (uid !== undefined) await letThrough(folder);
  if (uid === undefined || (await reachable(folder))) {
    await ownFolder(path, uid);
    return realpath(path);
  }
  const elsewhere = join(SYSTEM_DATA, createHash('sha256').update(folder).digest('hex').slice(0, 16));
  await mkdir(SYSTEM_DATA, { recursive: true, mode: 0o755 });
  await ownFolder(elsewhere, uid);
  if (!(await lstat(path).catch(() => undefined))) await symlink(elsewhere, path);
  return elsewhere;
}

/**
 * Lets others walk through the data folder, and through folders of ours above it that are in the temporary folder: what
 * lies in them has rights of its own. A private home stays shut.
 */
async function letThrough(folder: string): Promise<void> {
  const temporary = await realpath(tmpdir());
  let at = await realpath(folder);
  do {
    const { mode, uid } = await stat(at);
    if ((mode & 0o001) === 0 && uid === process.getuid?.()) await chmod(at, mode | 0o001);
    at = dirname(at);
  } while (isIn(at, temporary));
}

function isIn(path: string, folder: string): boolean {
  return path.startsWith(`${folder}${sep}`);
}

/** Makes a folder that only this user can enter. */
export async function ownFolder(path: string, uid: number | undefined): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const { mode, uid: owner } = await stat(path);
  if ((mode & 0o777) !== 0o700) await chmod(path, 0o700);
  if (uid !== undefined && owner !== uid) await chown(path, uid, uid);
}
