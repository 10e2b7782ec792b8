import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../protocol/errors.ts';
import { LeftOut } from './left-out.ts';
import { notRead } from './local-refusal.ts';
import { DEEPEST, MOST_FILES } from './walk.ts';

/** A file of this computer in a folder that is sent. */
export interface LocalFile {
  within: readonly string[];
  name: string;
  path: string;
  size: number;
  /** Which file it is, whatever stands under its name later. */
  identity: string;
}

export interface LocalTree {
  /** Each before those in it; the names of the folders it is in and its own, none for the one that was asked for. */
  folders: { within: readonly string[]; mode: number }[];
  files: LocalFile[];
  leftOut: LeftOut;
}

/**
 * All folders and files below a folder of this computer. Links are not followed: they may lead out of the folder, or round
 * in it. They, devices and what may not be read are left out by name.
 * @throws AppError when there is too much of it
 */
export async function localTree(top: string, check: () => void): Promise<LocalTree> {
  const tree: LocalTree = { folders: [], files: [], leftOut: new LeftOut() };
  const waiting: { path: string; within: readonly string[] }[] = [{ path: top, within: [] }];
  let count = 0;
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    check();
    const { path, within } = next;
    if (within.length > DEEPEST) throw tooMuch();
    try {
      const { mode } = await lstat(path);
      const entries = await readdir(path, { withFileTypes: true });
      count += entries.length;
      if (count > MOST_FILES) throw tooMuch();
      tree.folders.push({ within, mode: mode & 0o777 });
      for (const entry of entries) {
        const at = join(path, entry.name);
        if (entry.isDirectory()) waiting.push({ path: at, within: [...within, entry.name] });
        else if (entry.isFile()) await addFile(tree, { within, name: entry.name, path: at });
        else tree.leftOut.add(within, entry.name, entry.isSymbolicLink() ? 'a link' : 'a device');
      }
    } catch (error) {
      if (error instanceof AppError) throw error;
      if (within.length === 0) throw new AppError('not-found', 'The folder cannot be read here.', { cause: error });
      tree.leftOut.add(within.slice(0, -1), within.at(-1) ?? '', notRead(error));
    }
  }
  return tree;
}

async function addFile(tree: LocalTree, file: Pick<LocalFile, 'within' | 'name' | 'path'>): Promise<void> {
  try {
    const found = await lstat(file.path, { bigint: true });
    tree.files.push({ ...file, size: Number(found.size), identity: identityOf(found) });
  } catch (error) {
    tree.leftOut.add(file.within, file.name, notRead(error));
  }
}

/** Neither waits for somebody to write into a pipe, nor follows a last link where it must not. Windows has neither. */
const PLAINLY = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a file to be read. @param identity the file that it must be: one that was put in its place meanwhile, or a link,
 * is not sent. @throws AppError
 */
export async function openLocal(path: string, identity?: string): Promise<FileHandle> {
  let local: FileHandle;
  try {
    local = await open(path, PLAINLY | (identity === undefined ? 0 : (constants.O_NOFOLLOW ?? 0)));
  } catch (cause) {
    throw new AppError('not-found', `The file cannot be read here: ${notRead(cause)}.`, { cause });
  }
  const found = await local.stat({ bigint: true });
  if (found.isFile() && (identity === undefined || identity === identityOf(found))) return local;
  await local.close();
  throw found.isFile()
    ? new AppError('wrong-state', 'Another file has taken its place meanwhile.')
    : new AppError('invalid-input', 'Only files and folders can be sent; this is neither.');
}

function identityOf({ dev, ino }: { dev: bigint; ino: bigint }): string {
  return `${dev}:${ino}`;
}

function tooMuch(): AppError {
  return new AppError(
    'wrong-state',
    `The folder holds more than ${MOST_FILES} files, or is more than ${DEEPEST} folders deep. Pack it first, with tar or zip.`,
  );
}
