import { AppError } from '../../../protocol/errors.ts';
import { remotePath } from './names.ts';
import { kindOf, type Sftp } from './sftp.ts';

/** Most files of one folder that are fetched at once, and how deep it may be. */
const MOST_FILES = 10_000;
const DEEPEST = 40;

export interface FoundFile {
  /** Where it is on the target. */
  path: string;
  size: number;
}

export interface FoundFolder {
  /** The names of the folders it is in, from the one that was asked for; none for that one. */
  within: string[];
  files: { name: string; file: FoundFile }[];
}

/**
 * All folders and files below a folder of a target, each folder before those in it. Links and devices are only counted:
 * a link may lead out of the folder, or round in it.
 * @throws AppError when there is too much of it
 */
export async function walk(
  sftp: Sftp,
  top: string,
  check: () => void,
): Promise<{ folders: FoundFolder[]; leftOut: number }> {
  const folders: FoundFolder[] = [];
  let leftOut = 0;
  let count = 0;
  const waiting: { path: string; within: string[] }[] = [{ path: top, within: [] }];
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    check();
    const { path, within } = next;
    const { entries, more } = await sftp.list(path);
    count += entries.length;
    if (more || count > MOST_FILES || within.length > DEEPEST) throw tooMuch();
    const folder: FoundFolder = { within, files: [] };
    folders.push(folder);
    for (const { name, attrs } of entries) {
      const kind = kindOf(attrs);
      const at = remotePath(path, name);
      if (kind === 'folder') waiting.push({ path: at, within: [...within, name] });
      else if (kind === 'file') folder.files.push({ name, file: { path: at, size: attrs.size } });
      else leftOut += 1;
    }
  }
  return { folders, leftOut };
}

function tooMuch(): AppError {
  return new AppError(
    'wrong-state',
    `The folder holds more than ${MOST_FILES} files, or is too deep. Pack it on the target first, with tar.`,
  );
}
