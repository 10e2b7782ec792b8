import { randomBytes } from 'node:crypto';
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../protocol/errors.ts';
import { makeUpdateFolder, type UpdateFolder } from './folder.ts';

const WAIT_MS = 15_000;
const LOOK_MS = 25;

/**
 * Who holds it. A backend's nodes do so one after the other (publishing-lock.ts), so one of theirs that is found was left
 * by a node that died. A command's is never taken away: nobody here can tell whether it still runs.
 */
export type Holder = 'backend' | 'command';

/**
 * Does what one at a time may do in a folder: reading what is published, and replacing it. It is for commands that publish
 * into a folder beside others, and beside a backend.
 * @throws AppError 'unavailable' when somebody else does not get done
 */
export async function withFolderLock<T>(
  folder: UpdateFolder,
  holder: Holder,
  act: () => Promise<T>,
  waitMs = WAIT_MS,
): Promise<T> {
  await makeUpdateFolder(folder);
  const mine = `${holder} ${process.pid} on ${hostname()}, ${randomBytes(6).toString('hex')}\n`;
  await take(folder.lock, holder, mine, waitMs);
  try {
    return await act();
  } finally {
    if ((await holderOf(folder.lock)) === mine) await rm(folder.lock, { force: true });
  }
}

async function take(lock: string, holder: Holder, mine: string, waitMs: number): Promise<void> {
  const until = performance.now() + waitMs;
  for (;;) {
    if (await isMade(lock, mine)) return;
    const other = await holderOf(lock);
    if (holder === 'backend' && other?.startsWith('backend ')) return writeFile(lock, mine);
    if (performance.now() > until)
      throw new AppError(
        'unavailable',
        `Somebody else is publishing into this folder (${other?.trim() || 'not said who'}); try again in a minute. If nobody is, remove ${lock}.`,
      );
    await sleep(LOOK_MS);
  }
}

async function isMade(lock: string, mine: string): Promise<boolean> {
  try {
    const handle = await open(lock, 'wx');
    await handle.writeFile(mine).finally(() => handle.close());
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

async function holderOf(lock: string): Promise<string | undefined> {
  return readFile(lock, 'utf8').catch(() => undefined);
}
