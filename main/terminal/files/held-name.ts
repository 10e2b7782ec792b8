import { lstat, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../protocol/errors.ts';
import { notWritten } from './local-refusal.ts';
import { nthName } from './names.ts';
import { identityOf } from './pinned.ts';

/** How many files of one name there may be in a folder. */
const MOST_OF_A_NAME = 1_000;

/** A name in a folder that an empty file of ours holds until something has arrived: no other program can take it. */
export interface HeldName {
  readonly name: string;
  readonly path: string;
  /** Whether it is still ours that has the name. */
  isHeld(): Promise<boolean>;
  /** Something is about to replace it: Windows replaces no open file. */
  release(): Promise<void>;
  /** Removes it, and nothing that another program has put there meanwhile. */
  remove(): Promise<void>;
}

/** Holds the first free name in a folder. Never writes over anything, and follows no link. @throws AppError */
export async function holdName(folder: string, wanted: string): Promise<HeldName> {
  const { name, made } = await firstFree(wanted, (candidate) => open(join(folder, candidate), 'wx'));
  const path = join(folder, name);
  // It stays open: a disk would give the number of one that was removed to the next.
  const identity = identityOf(await made.stat({ bigint: true }));
  const release = () => made.close().catch(() => undefined);
  const isHeld = async (): Promise<boolean> => {
    const found = await lstat(path, { bigint: true }).catch(() => undefined);
    return found !== undefined && identityOf(found) === identity;
  };
  return {
    ...{ name, path, isHeld, release },
    async remove() {
      const isOurs = await isHeld();
      await release();
      if (isOurs) await rm(path, { force: true });
    },
  };
}

/** Makes something under the first free name. @throws AppError */
export async function firstFree<T>(
  wanted: string,
  make: (name: string) => Promise<T>,
): Promise<{ name: string; made: T }> {
  for (let n = 1; n <= MOST_OF_A_NAME; n++) {
    const name = nthName(wanted, n);
    try {
      return { name, made: await make(name) };
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw notWritten(cause);
    }
  }
  throw new AppError('wrong-state', `There are too many files named ${wanted} already.`);
}
