import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../protocol/errors.ts';
import type { Artefact } from '../../protocol/update/feed.ts';
import { type Fetch, unreachable } from '../connection/call.ts';

/** A server that sends nothing for so long is given up, ms. What came stays for the next try. */
const STALL_MS = 30_000;
/**
 * No longer than this at once, ms: a server that sends a byte now and then must not keep the app from looking again, and
 * so from seeing that the feed has expired or is paused. The next try goes on where this one ended.
 */
const LONGEST_MS = 60 * 60_000;

export interface DownloadOptions {
  fetch: Fetch;
  /** Origin of the backend. */
  backend: string;
  artefact: Pick<Artefact, 'sha256' | 'bytes'>;
  /** A folder of this user's alone. */
  folder: string;
  /** Calls it off. */
  signal: AbortSignal;
  /** Told with each whole percent. */
  onPercent: (percent: number) => void;
  stallMs?: number;
  longestMs?: number;
}

/** Where the whole of an installer lies, once it is verified. */
export function wholeFile(folder: string, sha256: string): string {
  return join(folder, sha256);
}

export function partFile(folder: string, sha256: string): string {
  return join(folder, `${sha256}.part`);
}

/**
 * Fetches an installer to `wholeFile`, going on where an earlier try stopped. Its SHA-256 runs along with what is
 * written, so no more than one piece is ever in memory. @throws AppError; a part whose hash is wrong is removed
 */
export async function download(options: DownloadOptions): Promise<string> {
  const { folder, artefact } = options;
  const whole = wholeFile(folder, artefact.sha256);
  if (await isWhole(whole, artefact)) return whole;
  const part = partFile(folder, artefact.sha256);
  const flags = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
  const handle = await open(part, flags, 0o600);
  try {
    const sum = await fill(handle, options);
    if (sum !== artefact.sha256) {
      await rm(part, { force: true });
      throw new AppError(
        'unavailable',
        'What was downloaded is not what was signed, so it was thrown away. Tell your IT; this version goes on.',
      );
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(part, whole);
  return whole;
}

/** Whether a file is there with this length and hash; one with another is removed. */
export async function isWhole(file: string, { bytes, sha256 }: Pick<Artefact, 'sha256' | 'bytes'>): Promise<boolean> {
  let handle: FileHandle;
  try {
    handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch {
    return false;
  }
  try {
    const { size } = await handle.stat();
    if (size === bytes && (await hashOf(handle, size)).digest('hex') === sha256) return true;
  } finally {
    await handle.close();
  }
  await rm(file, { force: true });
  return false;
}

/** The hash of the first `length` bytes. */
async function hashOf(handle: FileHandle, length: number): Promise<Hash> {
  const hash = createHash('sha256');
  if (length === 0) return hash;
  const stream = handle.createReadStream({ start: 0, end: length - 1, autoClose: false, highWaterMark: 256 * 1024 });
  for await (const piece of stream) hash.update(piece as Buffer);
  return hash;
}

/** Fills the file up to its length. Returns its SHA-256 in hex. */
async function fill(handle: FileHandle, options: DownloadOptions): Promise<string> {
  const { bytes } = options.artefact;
  const { size } = await handle.stat();
  let from = size;
  if (size > bytes) {
    await handle.truncate(0);
    from = 0;
  }
  let hash = await hashOf(handle, from);
  if (from === bytes) return hash.digest('hex');
  const transfer = new Transfer(options);
  try {
    const reply = await transfer.ask(from);
    if (!reply.resumed && from > 0) {
      await handle.truncate(0);
      from = 0;
      hash = createHash('sha256');
    }
    const { onPercent } = options;
    let told = -1;
    for await (const piece of transfer.pieces(reply.response, bytes - from)) {
      hash.update(piece);
      for (let at = 0; at < piece.byteLength; ) {
        at += (await handle.write(piece, at, piece.byteLength - at, from + at)).bytesWritten;
      }
      from += piece.byteLength;
      const percent = Math.floor((from / bytes) * 100);
      if (percent > told) onPercent(percent);
      told = percent;
    }
  } finally {
    transfer.end();
  }
  if (from < bytes) {
    throw new AppError('offline', 'The connection ended in the middle of the download. It goes on from there later.');
  }
  return hash.digest('hex');
}

/** One GET that is given up when nothing comes for too long. */
class Transfer {
  readonly #options: DownloadOptions;
  readonly #controller = new AbortController();
  readonly #abandoned: Promise<never>;
  readonly #stopListening: () => void;
  readonly #longest: ReturnType<typeof setTimeout>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: DownloadOptions) {
    this.#options = options;
    const { signal, longestMs = LONGEST_MS } = options;
    this.#longest = setTimeout(
      () => this.#controller.abort(new DOMException('it took too long', 'TimeoutError')),
      longestMs,
    );
    const stop = (): void => this.#controller.abort(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    this.#stopListening = () => signal.removeEventListener('abort', stop);
    // Raced with each wait: Chromium's fetch does not promise to end a body whose signal is aborted.
    this.#abandoned = new Promise((_, reject) => {
      const abandon = (): void => reject(this.#controller.signal.reason);
      if (this.#controller.signal.aborted) abandon();
      else this.#controller.signal.addEventListener('abort', abandon);
    });
    this.#abandoned.catch(() => undefined);
  }

  /** @param from how many bytes are here already */
  async ask(from: number): Promise<{ response: Response; resumed: boolean }> {
    const { fetch, backend, artefact } = this.#options;
    const response = await this.#waitFor(
      fetch(new URL(`/updates/files/${artefact.sha256}`, backend).href, {
        headers: { accept: 'application/octet-stream', ...(from > 0 ? { range: `bytes=${from}-` } : {}) },
        redirect: 'error',
        // Chromium would keep a second copy of it.
        cache: 'no-store',
        signal: this.#controller.signal,
      }),
    );
    const range = `bytes ${from}-${artefact.bytes - 1}/${artefact.bytes}`;
    if (from > 0 && response.status === 206 && response.headers.get('content-range') === range) {
      return { response, resumed: true };
    }
    if (response.status === 200) return { response, resumed: false };
    if (from > 0 && (response.status === 206 || response.status === 416)) {
      response.body?.cancel().catch(() => undefined);
      return this.ask(0);
    }
    this.#controller.abort(new Error('not wanted'));
    const { host } = new URL(backend);
    if (response.status === 404) {
      throw new AppError('not-found', `${host} does not have the installer that its feed names. Tell your IT.`);
    }
    throw new AppError('unavailable', `${host} answered the download with status ${response.status}. Tell your IT.`);
  }

  /** @throws AppError when there are more than `most` bytes */
  async *pieces(response: Response, most: number): AsyncGenerator<Uint8Array> {
    const reader = response.body?.getReader();
    if (!reader) return;
    let left = most;
    try {
      for (;;) {
        const { done, value } = await this.#waitFor(reader.read());
        if (done) return;
        left -= value.byteLength;
        if (left < 0) throw new AppError('unavailable', 'The download is longer than what was signed. Tell your IT.');
        yield value;
      }
    } finally {
      // Not awaited: a server that is gone answers it never.
      reader.cancel().catch(() => undefined);
    }
  }

  async #waitFor<T>(step: Promise<T>): Promise<T> {
    const { stallMs = STALL_MS, backend } = this.#options;
    this.#timer = setTimeout(
      () => this.#controller.abort(new DOMException('nothing came for too long', 'TimeoutError')),
      stallMs,
    );
    step.catch(() => undefined);
    try {
      return await Promise.race([step, this.#abandoned]);
    } catch (error) {
      throw unreachable(backend, this.#controller.signal.aborted ? this.#controller.signal.reason : error);
    } finally {
      clearTimeout(this.#timer);
    }
  }

  end(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#longest);
    this.#stopListening();
    this.#controller.abort(new Error('over'));
  }
}
