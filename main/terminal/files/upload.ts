import { randomBytes } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { AppError } from '../../../protocol/errors.ts';
import { sendFile } from './copy.ts';
import { remotePath } from './names.ts';
import type { Sftp } from './sftp.ts';
import type { Task } from './transfers.ts';

/**
 * Sends a file of this computer into a folder of the target, never onto one that is there. Until all of it has arrived it
 * has another name, `.NAME.XXXXXX.part`; if the connection is cut before that, this stays on the target.
 * @throws AppError
 */
export async function upload(sftp: Sftp, file: string, name: string, folder: string, task: Task): Promise<void> {
  const path = remotePath(folder, name);
  const local = await openLocal(file);
  try {
    const { size, mode } = await local.stat();
    task.total(size);
    if (await sftp.has(path)) throw taken(name, folder);
    const partly = remotePath(folder, `.${name.slice(0, 100)}.${randomBytes(3).toString('hex')}.part`);
    task.check();
    const handle = await sftp.create(partly, mode & 0o777);
    try {
      const { signal, check, moved } = task;
      const sent = await sendFile({ sftp, handle, local, size, signal, check, onBytes: moved });
      if (sent < size) throw new AppError('wrong-state', 'The file became shorter while it was sent. Send it again.');
      await sftp.finish(handle);
      task.check();
      await renamed(sftp, partly, path, () => taken(name, folder));
    } catch (error) {
      sftp.close(handle);
      // With a cut connection there is no way to.
      await sftp.remove(partly).catch(() => undefined);
      throw error;
    }
  } finally {
    await local.close();
  }
}

async function openLocal(file: string): Promise<FileHandle> {
  let local: FileHandle;
  try {
    local = await open(file, 'r');
  } catch (cause) {
    throw new AppError('not-found', 'The file cannot be read here.', { cause });
  }
  if ((await local.stat()).isFile()) return local;
  await local.close();
  throw new AppError('invalid-input', 'Only files can be sent, not folders. Pack the folder first.');
}

async function renamed(sftp: Sftp, from: string, to: string, isTaken: () => AppError): Promise<void> {
  try {
    await sftp.rename(from, to);
  } catch (error) {
    // Servers only say "failure" when somebody else has taken the name meanwhile.
    if (await sftp.has(to).catch(() => false)) throw isTaken();
    throw error;
  }
}

function taken(name: string, folder: string): AppError {
  return new AppError(
    'wrong-state',
    `${folder} on the target already has a ${JSON.stringify(name)}. Rename one of the two first; nothing was written.`,
  );
}
