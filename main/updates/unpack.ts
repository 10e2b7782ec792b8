import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { setPriority, constants as system } from 'node:os';
import type { Writable } from 'node:stream';
import { AppError } from '../../protocol/errors.ts';

const TAR = '/bin/tar';
/** Longest that unpacking may take, ms. */
const PATIENCE_MS = 10 * 60_000;

/** Hands a file's bytes on, and returns the SHA-256 (hex) of exactly those bytes: what is used is what was verified. */
export async function pourVerified(file: string, sha256: string, into: Writable, signal: AbortSignal): Promise<void> {
  const handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  const hash = createHash('sha256');
  try {
    const failed = once(into, 'error').then(([error]) => {
      throw error;
    });
    failed.catch(() => undefined);
    for await (const piece of handle.createReadStream({ autoClose: false, highWaterMark: 256 * 1024 })) {
      signal.throwIfAborted();
      hash.update(piece as Buffer);
      if (!into.write(piece)) await Promise.race([once(into, 'drain', { signal }), failed]);
    }
  } finally {
    await handle.close();
  }
  if (hash.digest('hex') === sha256) return;
  throw new AppError('unavailable', 'The downloaded version was altered on this disk, so it is not installed.');
}

/**
 * Unpacks a verified tar.gz into an empty folder. Its bytes are hashed once more on their way into tar.
 * @throws AppError; whoever called removes what lies there then
 */
export async function unpack(file: string, sha256: string, folder: string, signal: AbortSignal): Promise<void> {
  const args = ['-xzf', '-', '-C', folder, '--strip-components=1', '--no-same-owner'];
  const tar = spawn(TAR, args, {
    // tar starts gzip by its name.
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    stdio: ['pipe', 'ignore', 'pipe'],
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL',
  });
  lowerPriority(tar);
  let said = '';
  tar.stderr.on('data', (bytes: Buffer) => {
    said = (said + bytes.toString('utf8')).slice(0, 500);
  });
  const ended = new Promise<string>((resolve) => {
    tar.once('error', (error) => resolve(error.message));
    tar.once('close', (code) => resolve(code === 0 ? '' : said || `tar ended with ${code}`));
  });
  try {
    await pourVerified(file, sha256, tar.stdin, signal);
    tar.stdin.end();
  } catch (error) {
    tar.kill('SIGKILL');
    const why = await ended;
    if (error instanceof AppError || signal.aborted) throw error;
    throw notUnpacked(why || error);
  }
  const problem = await ended;
  if (problem !== '') throw notUnpacked(problem);
}

function notUnpacked(cause: unknown): AppError {
  return new AppError('internal', 'The downloaded version could not be unpacked. Copy the diagnostics for IT.', {
    cause,
  });
}

/** Nobody waits for it, and somebody works here. */
function lowerPriority({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, system.priority.PRIORITY_LOW);
  } catch {
    // It has ended already, or the system does not let us.
  }
}
