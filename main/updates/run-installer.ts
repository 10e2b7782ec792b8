import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rename } from 'node:fs/promises';
import { AppError } from '../../protocol/errors.ts';
import { isWhole } from './download.ts';
import { nsisArguments } from './installation.ts';

/**
 * Starts a downloaded installer, hashed once more, to do its work after this app has ended (Windows).
 * @throws AppError when it is not what was verified
 */
export async function runInstaller(
  installer: { file: string; sha256: string; bytes: number },
  startAgain: boolean,
): Promise<void> {
  // Windows starts a program by this ending alone.
  const program = `${installer.file}.exe`;
  await rename(installer.file, program);
  if (!(await isWhole(program, installer))) {
    throw new AppError('unavailable', 'The downloaded version was altered on this disk, so it is not installed.');
  }
  const child = spawn(program, nsisArguments(startAgain), { detached: true, stdio: 'ignore', windowsHide: true });
  await once(child, 'spawn');
  child.unref();
}
