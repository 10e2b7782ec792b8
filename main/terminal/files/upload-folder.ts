import type { FileHandle } from 'node:fs/promises';
import { AppError } from '../../../protocol/errors.ts';
import { type LocalFile, type LocalTree, localTree } from './local-tree.ts';
import { remotePath } from './names.ts';
import { asPart, type Place } from './parts.ts';
import { openLocal } from './pinned.ts';
import type { Sendable } from './sendable.ts';
import { someAtOnce } from './some-at-once.ts';
import { type Moving, type Outcome, oneOf, type Task } from './transfers.ts';
import { renamed, sendWhole, taken } from './upload.ts';

/** Small files wait for answers more than for bytes: so many are on their way together. */
export const FILES_AT_ONCE = 8;

/**
 * Sends a folder of this computer, with all that is in it, into a folder of the target, never into one that is there. Until
 * all of it has arrived it has the name of a part.
 * @throws AppError
 */
export async function uploadFolder(place: Place, folder: Sendable, task: Task): Promise<Outcome> {
  const { sftp } = place;
  const { name } = folder;
  const path = remotePath(place.folder, name);
  const tree = await localTree(folder.path, folder.identity, task.check);
  task.total(tree.files.reduce((sum, { size }) => sum + size, 0));
  if (await sftp.has(path)) throw taken(name, place.folder);
  task.check();
  await asPart(
    place,
    {
      name,
      kind: 'folder',
      make: (partly) => sftp.makeFolder(partly, writable(tree.folders[0]?.mode ?? 0)),
      fill: async (_made, partly) => {
        await fill(place, tree, partly, task);
        task.check();
        await renamed(sftp, partly, path, () => taken(name, place.folder));
      },
    },
    task,
  );
  return { sentence: tree.leftOut.sentence, whole: tree.leftOut.count === 0 };
}

async function fill({ sftp }: Place, { folders, files, leftOut }: LocalTree, top: string, task: Task): Promise<void> {
  const at = (within: readonly string[]): string => within.reduce(remotePath, top);
  for (const { within, mode } of folders.slice(1)) {
    task.check();
    await sftp.makeFolder(at(within), writable(mode));
  }
  await someAtOnce(files, FILES_AT_ONCE, async (file, failed) => {
    task.check();
    const local = await openLocal(file.path, file.identity).catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error;
      leftOut.add(file.within, file.name, 'not readable');
    });
    if (local === undefined) return;
    try {
      await sendOne(file, local, oneOf(task, failed));
    } finally {
      await local.close();
    }
  });

  async function sendOne(file: LocalFile, local: FileHandle, moving: Moving): Promise<void> {
    const { mode } = await local.stat();
    const handle = await sftp.create(remotePath(at(file.within), file.name), mode & 0o777);
    await sendWhole(sftp, handle, local, file.size, moving);
  }
}

/** A folder must take what is put into it, also where the one here is only read. */
function writable(mode: number): number {
  return mode | 0o700;
}
