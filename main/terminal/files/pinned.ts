import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { AppError } from '../../../protocol/errors.ts';
import { notRead } from './local-refusal.ts';

/** Neither waits for somebody to write into a pipe, nor follows a last link. Windows has neither. */
const PLAINLY = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);
const FOLDER = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0);

/** Which file or folder of this computer it is, whatever stands under its name later. */
export function identityOf({ dev, ino }: Pick<BigIntStats, 'dev' | 'ino'>): string {
  return `${dev}:${ino}`;
}

/**
 * Opens a file to be read. @param identity the file that it must be: one that was put in its place meanwhile, or a link,
 * is not sent. @throws AppError
 */
export async function openLocal(path: string, identity: string): Promise<FileHandle> {
  let local: FileHandle;
  try {
    local = await open(path, PLAINLY);
  } catch (cause) {
    throw new AppError('not-found', `The file cannot be read here: ${notRead(cause)}.`, { cause });
  }
  const found = await local.stat({ bigint: true });
  if (found.isFile() && identity === identityOf(found)) return local;
  await local.close();
  throw found.isFile()
    ? replaced('file')
    : new AppError('invalid-input', 'Only files and folders can be sent; this is neither.');
}

/**
 * Reads in a folder. @param identity the folder that it must be. @param read is told where it stands: on Linux a path that
 * stays in this folder, whatever is put in its place meanwhile. @throws AppError when it is another, else what the disk says
 */
export async function inFolder<T>(
  path: string,
  identity: string,
  read: (at: string, mode: number) => Promise<T>,
  platform: NodeJS.Platform = process.platform,
): Promise<T> {
  if (platform === 'linux') {
    const folder = await open(path, FOLDER);
    try {
      const found = mustBe(identity, await folder.stat({ bigint: true }));
      return await read(`/proc/self/fd/${folder.fd}`, Number(found.mode));
    } finally {
      await folder.close();
    }
  }
  const { mode } = mustBe(identity, await lstat(path, { bigint: true }));
  const found = await read(path, Number(mode));
  mustBe(identity, await lstat(path, { bigint: true }));
  return found;
}

function mustBe(identity: string, found: BigIntStats): BigIntStats {
  if (!found.isDirectory() || identity !== identityOf(found)) throw replaced('folder');
  return found;
}

function replaced(what: 'file' | 'folder'): AppError {
  return new AppError('wrong-state', `Another ${what} has taken its place since it was chosen. Choose it again.`);
}
