import { AppError } from '../../../protocol/errors.ts';
import { kindOf, sizeOf } from './attributes.ts';
import { LeftOut } from './left-out.ts';
import { remotePath } from './names.ts';
import type { Sftp } from './sftp.ts';
import { isOfOneFile } from './sftp-refusal.ts';

/** Most files and folders of one folder that go at once, and how deep it may be. */
export const MOST_FILES = 10_000;
export const DEEPEST = 40;

export interface FoundFile {
  name: string;
  /** Where it is on the target. */
  path: string;
  size: number;
}

export interface FoundFolder {
  /** The names of the folders it is in, and its own; none for the one that was asked for. */
  within: readonly string[];
  files: FoundFile[];
}

/**
 * All folders and files below a folder of a target, each folder before those in it. Links are not followed: they may lead
 * out of the folder, or round in it. They, devices and what may not be read are left out by name.
 * @throws AppError when there is too much of it
 */
export async function walk(
  sftp: Sftp,
  top: string,
  check: () => void,
): Promise<{ folders: FoundFolder[]; leftOut: LeftOut }> {
  const folders: FoundFolder[] = [];
  const leftOut = new LeftOut();
  let count = 0;
  const waiting: { path: string; within: readonly string[] }[] = [{ path: top, within: [] }];
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    check();
    const { path, within } = next;
    if (within.length > DEEPEST) throw tooMuch();
    const { entries, more } = await sftp.list(path).catch((error: unknown) => {
      if (within.length === 0 || !isOfOneFile(error)) throw error;
      leftOut.add(within.slice(0, -1), within.at(-1) ?? '', 'no permission');
      return { entries: undefined, more: false };
    });
    if (entries === undefined) continue;
    count += entries.length;
    if (more || count > MOST_FILES) throw tooMuch();
    const folder: FoundFolder = { within, files: [] };
    folders.push(folder);
    for (const { name, attrs } of entries) {
      const kind = kindOf(attrs);
      const at = remotePath(path, name);
      if (kind === 'folder') waiting.push({ path: at, within: [...within, name] });
      else if (kind === 'file') folder.files.push({ name, path: at, size: sizeOf(attrs) });
      else leftOut.add(within, name, kind === 'link' ? 'a link' : 'a device');
    }
  }
  return { folders, leftOut };
}

function tooMuch(): AppError {
  return new AppError(
    'wrong-state',
    `The folder holds more than ${MOST_FILES} files, or is more than ${DEEPEST} folders deep. Pack it on the target first, with tar.`,
  );
}
