import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../protocol/errors.ts';
import { nthName } from './names.ts';

/** How many files of one name there may be in a folder. */
const MOST_OF_A_NAME = 1_000;

/** A file on its way to this computer. It has its name at once, and its bytes only when all of them are there. */
export interface ArrivingFile {
  readonly name: string;
  readonly handle: FileHandle;
  /** All bytes are there. */
  keep(): Promise<void>;
  /** Leaves nothing behind. */
  drop(): Promise<void>;
}

/** Begins a file in a folder, under the first free name. Never writes over anything, and follows no link. @throws AppError */
export async function arrive(folder: string, wanted: string): Promise<ArrivingFile> {
  const { name, made } = await firstFree(wanted, (candidate) => open(join(folder, candidate), 'wx'));
  // The empty file holds the name; another program can't take it meanwhile.
  await made.close();
  const path = join(folder, name);
  const partly = `${path}.part`;
  const drop = (): Promise<void> =>
    Promise.all([partly, path].map((p) => rm(p, { force: true }))).then(() => undefined);
  try {
    const handle = await open(partly, 'wx');
    return {
      name,
      handle,
      async keep() {
        await handle.close();
        await rename(partly, path);
      },
      async drop() {
        await handle.close().catch(() => undefined);
        await drop();
      },
    };
  } catch (cause) {
    // Somebody else's .part stays.
    await rm(path, { force: true });
    throw notWritten(cause);
  }
}

/** Makes a folder in a folder, under the first free name. @returns its name. @throws AppError */
export async function arriveFolder(folder: string, wanted: string): Promise<string> {
  return (await firstFree(wanted, (candidate) => mkdir(join(folder, candidate)))).name;
}

async function firstFree<T>(wanted: string, make: (name: string) => Promise<T>): Promise<{ name: string; made: T }> {
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

function notWritten(cause: unknown): AppError {
  const { code } = cause as NodeJS.ErrnoException;
  const why =
    code === 'ENOSPC'
      ? 'The disk is full.'
      : code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
        ? 'You may not write into this folder.'
        : 'The file could not be written here.';
  return new AppError('not-allowed', why, { cause });
}
