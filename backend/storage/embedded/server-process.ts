import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../protocol/errors.ts';
import { commandOf, isAlive } from './process-facts.ts';

/** How long a server may take to write its last checkpoint. Milliseconds. */
export const STOP_TIMEOUT_MS = 20_000;
/** A Unix socket's path may have 107 bytes; this much of it is left for the folder that ours lies in. */
const LONGEST_RUNTIME_FOLDER = 70;

/**
 * What the name of each socket folder begins with: in the service's own runtime folder, where `sallyport doctor` finds it,
 * and else in the temporary one, which systemd may give to the service alone. Root's server runs as another user, who
 * may not walk through a runtime folder.
 */
export function socketFolderPrefix(env: NodeJS.ProcessEnv = process.env, uid = process.getuid?.()): string {
  const runtime = env.RUNTIME_DIRECTORY?.split(':')[0] ?? '';
  const ours = isAbsolute(runtime) && runtime.length <= LONGEST_RUNTIME_FOLDER && uid !== 0;
  return ours ? join(runtime, 'db-') : join(tmpdir(), 'sallyport-db-');
}

/** postmaster.pid (PostgreSQL's miscadmin.h): pid, data folder, start time, port, socket folder, address, shm, status. */
export async function readPidFile(
  dataFolder: string,
): Promise<{ pid: number; socketFolder: string; status: string } | undefined> {
  const text = await readFile(join(dataFolder, 'postmaster.pid'), 'utf8').catch(() => undefined);
  const lines = text?.split('\n').map((line) => line.trim());
  const pid = Number(lines?.[0]);
  return pid > 0 ? { pid, socketFolder: lines?.[4] ?? '', status: lines?.[7] ?? '' } : undefined;
}

/** Stops the server that an earlier kill -9 of the backend left on this folder, if there is one. */
export async function stopLeftover(dataFolder: string): Promise<void> {
  const left = await readPidFile(dataFolder);
  if (!left || !isAlive(left.pid)) return;
  // The id may have been given to a stranger since: only a postgres on this very folder is ours to stop.
  const command = await commandOf(left.pid);
  if (!command?.includes('postgres') || !command.includes(dataFolder)) return;
  process.kill(left.pid, 'SIGINT');
  for (const end = Date.now() + STOP_TIMEOUT_MS; isAlive(left.pid); await sleep(20)) {
    if (Date.now() > end)
      throw new AppError('unavailable', `An earlier database server (process ${left.pid}) does not stop.`);
  }
  if (left.socketFolder.startsWith(socketFolderPrefix())) await rm(left.socketFolder, { recursive: true, force: true });
}
