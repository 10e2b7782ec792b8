import { chmod, mkdir, readdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../protocol/errors.ts';
import { partFile, wholeFile } from './download.ts';

/** What must stay free beside what is written, bytes. */
const SPARE = 200 * 1024 * 1024;

/** The folder for downloads in the app's data folder, this user's alone. */
export async function downloadFolder(dataFolder: string): Promise<string> {
  const folder = join(dataFolder, 'updates');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  return folder;
}

/** Removes what was downloaded of other versions. @param sha256 the one that is wanted, null for none */
export async function keepOnly(folder: string, sha256: string | null): Promise<void> {
  const kept = sha256 === null ? [] : [wholeFile(folder, sha256), partFile(folder, sha256)];
  for (const name of await readdir(folder)) {
    if (!/^[0-9a-f]{64}(\.part|\.exe)?$/.test(name) || kept.includes(join(folder, name))) continue;
    await rm(join(folder, name), { force: true });
  }
}

/** @throws AppError when there is no room for so many bytes in a folder's file system */
export async function checkRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= bytes + SPARE) return;
  const megabytes = Math.ceil((bytes + SPARE) / 1024 ** 2);
  throw new AppError('unavailable', `The newer version needs ${megabytes} MB of free disk space. Make room for it.`);
}
