import { AppError } from '../../../protocol/errors.ts';
import { kindOf, sizeOf } from './attributes.ts';
import { Unsaid } from './copy.ts';
import { downloadFolder } from './download-folder.ts';
import { fetchInto } from './fetch-into.ts';
import { localName, remoteName } from './names.ts';
import { mustHaveRoom } from './room.ts';
import type { Sftp } from './sftp.ts';
import type { Outcome, Task } from './transfers.ts';

/**
 * Fetches a file, or a folder with all that is in it, into a folder of this computer, never over anything.
 * @throws AppError
 */
export async function download(sftp: Sftp, path: string, into: string, task: Task): Promise<Outcome> {
  const attrs = await sftp.stat(path);
  switch (kindOf(attrs)) {
    case 'file': {
      const size = sizeOf(attrs);
      task.total(size);
      await mustHaveRoom(into, size);
      const to = { folder: into, name: localName(remoteName(path)), unsaid: new Unsaid() };
      const name = await fetchInto(sftp, { handle: await sftp.openToRead(path), size }, to, task);
      return { sentence: name === remoteName(path) ? '' : `Saved as ${name}.`, whole: true };
    }
    case 'folder':
      return downloadFolder(sftp, path, into, task);
    default:
      throw new AppError('invalid-input', 'Only files and folders can be fetched; this is neither.');
  }
}
