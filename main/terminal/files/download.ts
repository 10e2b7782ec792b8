import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../protocol/errors.ts';
import { fetchFile } from './copy.ts';
import { arrive, arriveFolder } from './local-file.ts';
import { localName, remoteName } from './names.ts';
import { kindOf, type Sftp } from './sftp.ts';
import type { Task } from './transfers.ts';
import { walk } from './walk.ts';

/**
 * Fetches a file, or a folder with all that is in it, into a folder of this computer.
 * @returns what there is to say of it, '' for nothing. @throws AppError
 */
export async function download(sftp: Sftp, path: string, into: string, task: Task): Promise<string> {
  const attrs = await sftp.stat(path);
  switch (kindOf(attrs)) {
    case 'file': {
      task.total(attrs.size);
      const wanted = localName(remoteName(path));
      const name = await fetchInto(sftp, path, attrs.size, { folder: into, name: wanted }, task);
      return name === remoteName(path) ? '' : `Saved as ${name}.`;
    }
    case 'folder':
      return downloadFolder(sftp, path, into, task);
    default:
      throw new AppError('invalid-input', 'Only files and folders can be fetched; this is neither.');
  }
}

async function downloadFolder(sftp: Sftp, path: string, into: string, task: Task): Promise<string> {
  const { folders, leftOut } = await walk(sftp, path, task.check);
  const files = folders.flatMap((f) => f.files);
  task.total(files.reduce((sum, { file }) => sum + file.size, 0));
  const top = await arriveFolder(into, localName(remoteName(path) || 'root'));
  // Two names of the target can become one here: each folder goes where it was really made.
  const made = new Map<string, string>([['', join(into, top)]]);
  for (const { within, files: here } of folders) {
    const key = within.join('/');
    let folder = made.get(key);
    if (folder === undefined) {
      const parent = made.get(within.slice(0, -1).join('/')) ?? join(into, top);
      folder = join(parent, await arriveFolder(parent, localName(within.at(-1) ?? '')));
      made.set(key, folder);
    }
    for (const { name, file } of here) {
      task.check();
      await fetchInto(sftp, file.path, file.size, { folder, name: localName(name) }, task);
    }
  }
  const said = top === remoteName(path) ? '' : `Saved as ${top}.`;
  const without = leftOut === 0 ? '' : `Without ${leftOut} ${leftOut === 1 ? 'link or device' : 'links and devices'}.`;
  return [said, without].filter((s) => s !== '').join(' ');
}

/** @returns the name it got */
async function fetchInto(
  sftp: Sftp,
  path: string,
  size: number,
  to: { folder: string; name: string },
  task: Task,
): Promise<string> {
  const handle = await sftp.openToRead(path);
  try {
    const file = await arrive(to.folder, to.name);
    try {
      await fetchWhole(sftp, handle, file.handle, size, task);
      task.check();
      await file.keep();
      return file.name;
    } catch (error) {
      await file.drop();
      throw written(error);
    }
  } finally {
    sftp.close(handle);
  }
}

async function fetchWhole(sftp: Sftp, handle: Buffer, local: FileHandle, size: number, task: Task): Promise<void> {
  const { signal, check, moved } = task;
  const got = await fetchFile({ sftp, handle, local, size, signal, check, onBytes: moved });
  if (got < size) throw new AppError('wrong-state', 'The file became shorter while it was fetched. Fetch it again.');
}

function written(error: unknown): unknown {
  if ((error as NodeJS.ErrnoException)?.code !== 'ENOSPC') return error;
  return new AppError('not-allowed', 'The disk is full. The file was removed again.', { cause: error });
}
