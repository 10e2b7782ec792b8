import type { FileHandle } from 'node:fs/promises';
import { AppError } from '../../../protocol/errors.ts';
import { sendFile } from './copy.ts';
import { remotePath } from './names.ts';
import { asPart, type Place } from './parts.ts';
import { openLocal } from './pinned.ts';
import type { Sendable } from './sendable.ts';
import type { Sftp } from './sftp.ts';
import type { Moving, Task } from './transfers.ts';

/**
 * Sends a file of this computer into a folder of the target, never onto one that is there. Until all of it has arrived it
 * has the name of a part.
 * @throws AppError
 */
export async function upload(place: Place, file: Sendable, task: Task): Promise<void> {
  const { sftp } = place;
  const { name } = file;
  const path = remotePath(place.folder, name);
  const local = await openLocal(file.path, file.identity);
  try {
    const { size, mode } = await local.stat();
    task.total(size);
    if (await sftp.has(path)) throw taken(name, place.folder);
    task.check();
    await asPart(
      place,
      {
        name,
        kind: 'file',
        make: (partly) => sftp.create(partly, mode & 0o777),
        fill: async (handle, partly) => {
          await sendWhole(sftp, handle, local, size, task);
          task.check();
          await renamed(sftp, partly, path, () => taken(name, place.folder));
        },
      },
      task,
    );
  } finally {
    await local.close();
  }
}

/** Fills a file of the target, and closes it. @throws AppError */
export async function sendWhole(
  sftp: Sftp,
  handle: Buffer,
  local: FileHandle,
  size: number,
  moving: Moving,
): Promise<void> {
  try {
    const { signal, check, moved } = moving;
    const sent = await sendFile({ sftp, handle, local, size, signal, check, onBytes: moved });
    if (sent < size) throw new AppError('wrong-state', 'The file became shorter while it was sent. Send it again.');
  } catch (error) {
    sftp.close(handle);
    throw error;
  }
  await sftp.finish(handle);
}

export async function renamed(sftp: Sftp, from: string, to: string, isTaken: () => AppError): Promise<void> {
  try {
    await sftp.rename(from, to);
  } catch (error) {
    // Servers only say "failure" when somebody else has taken the name meanwhile.
    if (await sftp.has(to).catch(() => false)) throw isTaken();
    throw error;
  }
}

export function taken(name: string, folder: string): AppError {
  return new AppError(
    'wrong-state',
    `${folder} on the target already has a ${JSON.stringify(name)}. Rename one of the two first; nothing was written.`,
  );
}
