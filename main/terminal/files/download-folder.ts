import { join } from 'node:path';
import { Unsaid } from './copy.ts';
import { fetchInto } from './fetch-into.ts';
import type { LeftOut } from './left-out.ts';
import { arriveFolder, makeFolder } from './local-file.ts';
import { notWritten } from './local-refusal.ts';
import { localName, remoteName } from './names.ts';
import { mustHaveRoom } from './room.ts';
import type { Sftp } from './sftp.ts';
import { isOfOneFile } from './sftp-refusal.ts';
import { someAtOnce } from './some-at-once.ts';
import { type Outcome, oneOf, type Task } from './transfers.ts';
import { FILES_AT_ONCE } from './upload-folder.ts';
import { type FoundFile, type FoundFolder, walk } from './walk.ts';

/** Fetches a folder with all that is in it; it is there when all of it is, and otherwise nothing of it. @throws AppError */
export async function downloadFolder(sftp: Sftp, path: string, into: string, task: Task): Promise<Outcome> {
  const { folders, leftOut } = await walk(sftp, path, task.check);
  const size = folders.flatMap(({ files }) => files).reduce((sum, file) => sum + file.size, 0);
  task.total(Math.min(size, Number.MAX_SAFE_INTEGER));
  await mustHaveRoom(into, size);
  const wanted = remoteName(path) || 'root';
  const arriving = await arriveFolder(into, localName(wanted));
  try {
    await fill(sftp, folders, arriving.within, leftOut, task);
    task.check();
    await arriving.keep();
  } catch (error) {
    await arriving.drop();
    throw notWritten(error);
  }
  const said = arriving.name === wanted ? '' : `Saved as ${arriving.name}.`;
  const sentence = [said, leftOut.sentence].filter((s) => s !== '').join(' ');
  return { sentence, whole: leftOut.count === 0 };
}

async function fill(
  sftp: Sftp,
  folders: readonly FoundFolder[],
  top: string,
  leftOut: LeftOut,
  task: Task,
): Promise<void> {
  // Two names of the target can become one here: each folder goes where it was really made.
  const made = new Map<string, string>([['', top]]);
  const files: { file: FoundFile; folder: string; within: readonly string[] }[] = [];
  for (const { within, files: here } of folders) {
    let folder = made.get(within.join('/'));
    if (folder === undefined) {
      task.check();
      const parent = made.get(within.slice(0, -1).join('/')) ?? top;
      folder = join(parent, await makeFolder(parent, localName(within.at(-1) ?? '')));
      made.set(within.join('/'), folder);
    }
    for (const file of here) files.push({ file, folder, within });
  }
  const unsaid = new Unsaid();
  await someAtOnce(files, FILES_AT_ONCE, async ({ file, folder, within }, failed) => {
    task.check();
    const handle = await sftp.openToRead(file.path).catch((error: unknown) => {
      if (!isOfOneFile(error)) throw error;
      leftOut.add(within, file.name, error.code === 'not-found' ? 'gone' : 'no permission');
    });
    if (handle === undefined) return;
    await fetchInto(
      sftp,
      { handle, size: file.size },
      { folder, name: localName(file.name), unsaid },
      oneOf(task, failed),
    );
  });
}
