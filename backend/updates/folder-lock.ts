import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../protocol/errors.ts';
import { makeUpdateFolder, type UpdateFolder } from './folder.ts';

/** Putting a feed in place takes milliseconds: a lock of this age was left by somebody who died. Milliseconds. */
const STALE_MS = 60_000;
const WAIT_MS = 15_000;
const LOOK_MS = 25;

/**
 * Does what one at a time may do in a folder: reading what is published, and replacing it. Holds between processes and
 * nodes, as making a folder succeeds once on local disks and on NFS.
 * @throws AppError 'unavailable' when somebody else does not get done
 */
export async function withFolderLock<T>(folder: UpdateFolder, act: () => Promise<T>): Promise<T> {
  await makeUpdateFolder(folder);
  await take(folder.lock);
  try {
    return await act();
  } finally {
    await rm(folder.lock, { recursive: true, force: true });
  }
}

async function take(lock: string): Promise<void> {
  const until = performance.now() + WAIT_MS;
  for (;;) {
    try {
      await mkdir(lock);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (performance.now() > until)
      throw new AppError('unavailable', 'Somebody else is publishing into this folder; try again in a minute.');
    await removeStale(lock);
    await sleep(LOOK_MS);
  }
}

/** By a rename, so that of several who find it stale one removes it, and never a lock that was taken since. */
async function removeStale(lock: string): Promise<void> {
  try {
    const { mtimeMs } = await stat(lock);
    if (Date.now() - mtimeMs < STALE_MS) return;
    const aside = `${lock}.stale.${process.pid}.${Date.now()}`;
    await rename(lock, aside);
    await rm(aside, { recursive: true, force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
