import { AppError } from '../../../protocol/errors.ts';
import { fetchFile, type Unsaid } from './copy.ts';
import { arrive } from './local-file.ts';
import { notWritten } from './local-refusal.ts';
import type { Sftp } from './sftp.ts';
import type { Moving } from './transfers.ts';

/** Fetches an open file into a folder of this computer, never over anything, and closes it. @returns the name it got. @throws AppError */
export async function fetchInto(
  sftp: Sftp,
  { handle, size }: { handle: Buffer; size: number },
  to: { folder: string; name: string; unsaid: Unsaid },
  { signal, check, moved }: Moving,
): Promise<string> {
  try {
    check();
    const file = await arrive(to.folder, to.name);
    try {
      const { write } = file;
      const got = await fetchFile({ sftp, handle, size, signal, check, write, unsaid: to.unsaid, onBytes: moved });
      if (got < size)
        throw new AppError('wrong-state', 'The file became shorter while it was fetched. Fetch it again.');
      check();
      return await file.keep();
    } catch (error) {
      await file.drop();
      throw notWritten(error);
    }
  } finally {
    sftp.close(handle);
  }
}
