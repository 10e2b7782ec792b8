import type { FileHandle } from 'node:fs/promises';
import type { Sftp } from './sftp.ts';

/** One question to the target, bytes: what every server takes, and one SSH packet carries. */
const PIECE_BYTES = 32 * 1024;
/** Questions on their way at once: together they fill ssh2's window of 2 MB. */
const AT_ONCE = 64;

interface Copy {
  sftp: Sftp;
  /** Of the target's file. */
  handle: Buffer;
  local: FileHandle;
  /** As it was when it was opened. */
  size: number;
  /** Stops it with the signal's reason. */
  signal: AbortSignal;
  /** Asked before each piece; throws when nothing may pass. */
  check: () => void;
  /** So many bytes more have arrived. */
  onBytes: (bytes: number) => void;
}

/** Reads the target's file into the local one, many pieces at once. Resolves with how many bytes it had. */
export async function fetchFile(copy: Copy): Promise<number> {
  const { sftp, handle, local, size, signal, onBytes } = copy;
  const one = async (at: number, length: number): Promise<number> => {
    const bytes = Buffer.allocUnsafe(length);
    let got = 0;
    // A server may give less than was asked for; only nothing is the end.
    while (got < length) {
      copy.check();
      const read = await sftp.read(handle, bytes, got, length - got, at + got);
      signal.throwIfAborted();
      if (read === 0) break;
      got += read;
    }
    if (got > 0) await local.write(bytes, 0, got, at);
    onBytes(got);
    return got;
  };
  // Files of the kernel say that they are empty, and are not.
  if (size === 0) {
    let at = 0;
    for (let got = 1; got > 0; at += got) got = await stoppable(signal, one(at, PIECE_BYTES));
    return at;
  }
  const pieces = await inPieces(copy, one);
  return pieces.reduce((sum, got) => sum + got, 0);
}

/** Writes the local file into the target's, many pieces at once. */
export async function sendFile(copy: Copy): Promise<number> {
  const { sftp, handle, local, signal, onBytes } = copy;
  const pieces = await inPieces(copy, async (at, length) => {
    const bytes = Buffer.allocUnsafe(length);
    const { bytesRead } = await local.read(bytes, 0, length, at);
    signal.throwIfAborted();
    copy.check();
    if (bytesRead > 0) await sftp.write(handle, bytes.subarray(0, bytesRead), at);
    onBytes(bytesRead);
    return bytesRead;
  });
  return pieces.reduce((sum, sent) => sum + sent, 0);
}

async function inPieces(
  { size, signal }: Copy,
  one: (at: number, length: number) => Promise<number>,
): Promise<number[]> {
  const done: number[] = [];
  let next = 0;
  let failed = false;
  const work = async (): Promise<void> => {
    while (next < size && !failed) {
      const at = next;
      next += PIECE_BYTES;
      try {
        done.push(await one(at, Math.min(PIECE_BYTES, size - at)));
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const workers = Promise.all(Array.from({ length: AT_ONCE }, work));
  await stoppable(signal, workers);
  return done;
}

/** A target that answers no more must not keep somebody from stopping. */
async function stoppable<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  signal.throwIfAborted();
  let stop = (): void => undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
