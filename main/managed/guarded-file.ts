import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { Unusable } from './unusable.ts';

/** Far more than any policy needs. */
export const LARGEST_BYTES = 256 * 1024;
/** Write permission of the group or of everybody. Where there is an ACL, the group's bit is its mask (acl(5)). */
const WRITABLE_BY_OTHERS = 0o022;

interface GuardedFileOptions {
  /** Folders that nobody but the administrator may write, the file's own first: who may write one may swap the rest. */
  folders?: readonly string[];
}

/**
 * Reads a file that only the administrator (root) can have written. Opened once: what is looked at is what is read. A link
 * is not followed, and a pipe does not hold us up. @returns undefined when it is not there @throws Unusable
 */
export function readGuardedFile(
  file: string,
  { folders = foldersAbove(file) }: GuardedFileOptions = {},
): Buffer | undefined {
  const opened = open(file);
  if (opened === undefined) return undefined;
  try {
    const stats = fstatSync(opened);
    if (!stats.isFile()) throw new Unusable('it is not a regular file');
    refuseUnlessRoots(stats, 'it');
    for (const folder of folders) {
      const above = lstatSync(folder);
      if (!above.isDirectory()) throw new Unusable(`${folder} is not a folder`);
      refuseUnlessRoots(above, folder);
    }
    return bytesOf(opened);
  } finally {
    closeSync(opened);
  }
}

/** Every folder on the way to a file, the nearest first. @param file an absolute path */
export function foldersAbove(file: string): string[] {
  const folder = dirname(file);
  return folder === file ? [] : [folder, ...foldersAbove(folder)];
}

function open(file: string): number | undefined {
  try {
    return openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === 'ELOOP') throw new Unusable('it is a symbolic link');
    throw new Unusable(`it cannot be opened (${code})`, { cause: error });
  }
}

function refuseUnlessRoots({ uid, mode }: Stats, what: string): void {
  if (uid !== 0) throw new Unusable(`${what} does not belong to the administrator (root)`);
  if ((mode & WRITABLE_BY_OTHERS) !== 0) {
    throw new Unusable(`${what} can be written by others than the administrator (root)`);
  }
}

function bytesOf(opened: number): Buffer {
  const bytes = Buffer.alloc(LARGEST_BYTES + 1);
  let length = 0;
  for (let read = -1; read !== 0 && length < bytes.length; length += read) {
    read = readSync(opened, bytes, length, bytes.length - length, null);
  }
  if (length > LARGEST_BYTES) throw new Unusable(`it is longer than ${LARGEST_BYTES / 1024} KB`);
  return bytes.subarray(0, length);
}
