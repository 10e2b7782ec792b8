import { chmod, lutimes, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';

/**
 * Gives every file of a tree the same times and plain modes, so that the same sources give the same bytes whoever builds
 * them: folders and what may be run 0755, the rest 0644.
 * @param epoch seconds since 1970, from SOURCE_DATE_EPOCH
 */
export async function fixFiles(folder: string, epoch: number): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isSymbolicLink()) await chmod(path, entry.isDirectory() || (await mayRun(path)) ? 0o755 : 0o644);
    await lutimes(path, epoch, epoch);
  }
  await chmod(folder, 0o755);
  await lutimes(folder, epoch, epoch);
}

/** A tar archive of a folder's parts with nothing in it that depends on who made it. GNU tar. */
export async function tarOf(folder: string, parts: readonly string[], into: string, epoch: number): Promise<void> {
  const fixed = ['--sort=name', '--format=ustar', '--owner=0', '--group=0', '--numeric-owner', `--mtime=@${epoch}`];
  await run('tar', ['--create', ...fixed, '--file', into, '--directory', folder, '--', ...parts]);
}

async function mayRun(path: string): Promise<boolean> {
  return ((await stat(path)).mode & 0o100) !== 0;
}
