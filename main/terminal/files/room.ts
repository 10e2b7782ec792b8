import { statfs } from 'node:fs/promises';
import { AppError } from '../../../protocol/errors.ts';
import { sizeWords } from '../../../protocol/size.ts';

/** What a download leaves free on the disk of this computer, bytes: without any, nothing works any more. */
export const LEFT_FREE_BYTES = 200 * 1000 * 1000;

/** Free bytes of the disk that a folder is on, for who is no administrator; null when the system does not say. */
export type FreeBytes = (folder: string) => Promise<number | null>;

export const freeBytes: FreeBytes = async (folder) => {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
};

/** @param bytes what a target says is still to come. @throws AppError when that would fill the disk */
export async function mustHaveRoom(folder: string, bytes: number, free: FreeBytes = freeBytes): Promise<void> {
  const there = await free(folder);
  if (there === null || there - bytes >= LEFT_FREE_BYTES) return;
  const much = bytes === 0 ? 'more' : `the ${sizeWords(bytes, 'bytes')}`;
  throw new AppError(
    'wrong-state',
    `There is no room for ${much}: ${sizeWords(there, 'bytes')} are free, and ${sizeWords(LEFT_FREE_BYTES, 'bytes')} have to stay so. Choose another disk.`,
  );
}
