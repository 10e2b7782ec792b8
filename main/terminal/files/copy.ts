import type { FileHandle } from 'node:fs/promises';
import { AppError } from '../../../protocol/errors.ts';
import type { Sftp } from './sftp.ts';
import { someAtOnce } from './some-at-once.ts';

/** One question to read of a file without a size, bytes. */
const PIECE_BYTES = 32 * 1024;
/** Bytes that are asked for, or written, and not answered yet: they fill ssh2's window of 2 MB, and the way beyond it. */
const UNDER_WAY_BYTES = 4 * 1024 * 1024;
/** Most that files may have in one transfer that the target announces as empty, as the kernel's are, bytes. */
const UNSAID_BYTES = 64 * 1024 * 1024;

interface Copy {
  sftp: Sftp;
  /** Of the target's file. */
  handle: Buffer;
  /** As it was when it was opened, bytes. */
  size: number;
  /** Stops it with the signal's reason. */
  signal: AbortSignal;
  /** Asked before each piece; throws when nothing may pass. */
  check: () => void;
  /** So many bytes more have arrived. */
  onBytes: (bytes: number) => void;
}

interface Fetch extends Copy {
  write: (bytes: Buffer, length: number, at: number) => Promise<void>;
  unsaid: Unsaid;
}

/** What files without a size have had so far, together: a target must not fill the disk with "empty" ones. */
export class Unsaid {
  #bytes = 0;

  /** @throws AppError */
  add(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes <= UNSAID_BYTES) return;
    throw new AppError(
      'wrong-state',
      'The target says that the file is empty, and sends without end. Nothing of it was kept; copy it to a plain file there first.',
    );
  }
}

/**
 * Reads the target's file into the local one, many pieces at once, and never more than it was said to have. Resolves with
 * how many bytes there were.
 */
export async function fetchFile(copy: Fetch): Promise<number> {
  const { sftp, handle, write, size, signal, unsaid, onBytes } = copy;
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
    if (size === 0) unsaid.add(got);
    if (got > 0) await write(bytes, got, at);
    onBytes(got);
    return got;
  };
  // Files of the kernel say that they are empty, and are not.
  if (size === 0) {
    let at = 0;
    for (let got = 1; got > 0; at += got) got = await stoppable(signal, one(at, PIECE_BYTES));
    return at;
  }
  return inPieces(copy, sftp.pieceToRead(), one);
}

/** Writes the local file into the target's, many pieces at once. */
export async function sendFile(copy: Copy & { local: FileHandle }): Promise<number> {
  const { sftp, handle, local, signal, onBytes } = copy;
  return inPieces(copy, sftp.pieceToWrite(handle), async (at, length) => {
    const bytes = Buffer.allocUnsafe(length);
    const { bytesRead } = await local.read(bytes, 0, length, at);
    signal.throwIfAborted();
    copy.check();
    if (bytesRead > 0) await sftp.write(handle, bytes.subarray(0, bytesRead), at);
    onBytes(bytesRead);
    return bytesRead;
  });
}

async function inPieces(
  { size, signal }: Copy,
  pieceBytes: number,
  one: (at: number, length: number) => Promise<number>,
): Promise<number> {
  let done = 0;
  const atOnce = Math.ceil(Math.min(size, UNDER_WAY_BYTES) / pieceBytes);
  const work = someAtOnce(starts(size, pieceBytes), atOnce, async (at) => {
    const bytes = await one(at, Math.min(pieceBytes, size - at));
    done += bytes;
  });
  await stoppable(signal, work);
  return done;
}

function* starts(size: number, pieceBytes: number): Generator<number> {
  for (let at = 0; at < size; at += pieceBytes) yield at;
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
