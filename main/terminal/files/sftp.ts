import type { Attributes, Client, FileEntryWithStats, SFTPWrapper, Stats } from 'ssh2';
import { AppError } from '../../../protocol/errors.ts';
import { isPlainName } from './names.ts';

/** Longest wait for the target to begin SFTP, or to answer one question, ms. */
const ANSWER_MS = 20_000;
/** Most entries of one folder that are read. */
export const MOST_ENTRIES = 10_000;
/** The same with "." and "..", and with what is no entry. */
const MOST_TOLD = MOST_ENTRIES + 2;

/** draft-ietf-secsh-filexfer-02 section 7. */
const STATUS = { endOfFile: 1, noSuchFile: 2, permissionDenied: 3, failure: 4, unsupported: 8 } as const;

export type Kind = 'file' | 'folder' | 'link' | 'other';

/** SFTP on a connection, in promises, and with sentences for what the target refuses. */
export class Sftp {
  readonly #wrapper: SFTPWrapper;
  readonly closed: Promise<void>;

  private constructor(wrapper: SFTPWrapper) {
    this.#wrapper = wrapper;
    // What breaks the channel also fails every open question.
    wrapper.on('error', () => undefined);
    this.closed = new Promise((resolve) => wrapper.once('close', () => resolve()));
  }

  /** Opens another channel on the connection. @throws AppError */
  static open(client: Client, signal: AbortSignal): Promise<Sftp> {
    return new Promise((resolve, reject) => {
      const refuse = (cause?: unknown): void =>
        reject(new AppError('target-unreachable', 'The target offers no file transfer (SFTP).', { cause }));
      const timer = setTimeout(refuse, ANSWER_MS);
      signal.addEventListener('abort', () => refuse(signal.reason), { once: true });
      client.sftp((error, wrapper) => {
        clearTimeout(timer);
        if (error) refuse(error);
        else resolve(new Sftp(wrapper));
      });
    });
  }

  realPath(path: string): Promise<string> {
    return this.#ask(path, (done) => this.#wrapper.realpath(path, done));
  }

  stat(path: string): Promise<Stats> {
    return this.#ask(path, (done) => this.#wrapper.stat(path, done));
  }

  /** Whether anything has this name. */
  async has(path: string): Promise<boolean> {
    try {
      await this.#ask<Stats>(path, (done) => this.#wrapper.lstat(path, done));
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === 'not-found') return false;
      throw error;
    }
  }

  /** The entries of a folder, at most `MOST_ENTRIES`; `more` when it has others. */
  async list(path: string): Promise<{ entries: { name: string; attrs: Attributes }[]; more: boolean }> {
    const handle = await this.#ask<Buffer>(`folder ${path}`, (done) => this.#wrapper.opendir(path, done));
    const found: FileEntryWithStats[] = [];
    // All are counted, also an answer without any: a target that sends nothing but tricks must not go on for ever.
    let told = 0;
    try {
      while (found.length <= MOST_ENTRIES && told <= MOST_TOLD) {
        const some = await this.#untilEnd(path, handle);
        if (some === undefined) break;
        told += Math.max(1, some.length);
        found.push(...some.filter((entry) => isPlainName(entry.filename)));
      }
    } finally {
      this.close(handle);
    }
    const entries = found.slice(0, MOST_ENTRIES).map(({ filename, attrs }) => ({ name: filename, attrs }));
    return { entries, more: found.length > MOST_ENTRIES || told > MOST_TOLD };
  }

  #untilEnd(path: string, handle: Buffer): Promise<FileEntryWithStats[] | undefined> {
    return this.#ask(path, (done) =>
      this.#wrapper.readdir(handle as never, (error, list) => {
        if (statusOf(error) === STATUS.endOfFile) done(undefined, undefined);
        else done(error, list);
      }),
    );
  }

  openToRead(path: string): Promise<Buffer> {
    return this.#ask(path, (done) => this.#wrapper.open(path, 'r', done));
  }

  /** Makes a file that was not there. @param mode permission bits */
  create(path: string, mode: number): Promise<Buffer> {
    return this.#ask(path, (done) => this.#wrapper.open(path, 'wx', mode, done));
  }

  /** Reads up to `length` bytes at `position`; resolves with how many, 0 at the end of the file. */
  read(handle: Buffer, into: Buffer, offset: number, length: number, position: number): Promise<number> {
    return this.#ask('the file', (done) =>
      this.#wrapper.read(handle, into, offset, length, position, (error, bytes) => {
        if (statusOf(error) === STATUS.endOfFile) done(undefined, 0);
        else done(error, bytes);
      }),
    );
  }

  write(handle: Buffer, bytes: Buffer, position: number): Promise<void> {
    return this.#ask('the file', (done) => this.#wrapper.write(handle, bytes, 0, bytes.length, position, done));
  }

  /** Never onto a file that is there: SSH_FXP_RENAME refuses that. */
  rename(from: string, to: string): Promise<void> {
    return this.#ask(to, (done) => this.#wrapper.rename(from, to, done));
  }

  remove(path: string): Promise<void> {
    return this.#ask(path, (done) => this.#wrapper.unlink(path, done));
  }

  /** Nobody waits for the answer: the channel may be gone. */
  close(handle: Buffer): void {
    try {
      this.#wrapper.close(handle, () => undefined);
    } catch {
      // The connection is; its handles went with it.
    }
  }

  /** Closes a handle whose last write must be on the target. */
  finish(handle: Buffer): Promise<void> {
    return this.#ask('the file', (done) => this.#wrapper.close(handle, done));
  }

  end(): void {
    this.#wrapper.end();
  }

  #ask<T>(what: string, question: (done: (error?: Error | null, answer?: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new AppError('timed-out', 'The target did not answer within 20 seconds.')),
        ANSWER_MS,
      );
      const done = (error?: Error | null, answer?: T): void => {
        clearTimeout(timer);
        if (error) reject(refusal(error, what));
        else resolve(answer as T);
      };
      try {
        question(done);
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }
}

/** What kind of thing an entry is, by its mode (POSIX file types). */
export function kindOf({ mode }: Pick<Attributes, 'mode'>): Kind {
  switch (mode & 0o170_000) {
    case 0o100_000:
      return 'file';
    case 0o040_000:
      return 'folder';
    case 0o120_000:
      return 'link';
    default:
      return 'other';
  }
}

function statusOf(error: unknown): number | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? (error.code as number) : undefined;
}

function refusal(cause: Error, what: string): AppError {
  const shown = JSON.stringify(what).slice(1, -1);
  switch (statusOf(cause)) {
    case STATUS.noSuchFile:
      return new AppError('not-found', `On the target there is no ${shown}.`, { cause });
    case STATUS.permissionDenied:
      return new AppError('not-allowed', `The login has no permission for ${shown}.`, { cause });
    case STATUS.failure:
    case STATUS.unsupported:
      return new AppError('target-unreachable', `The target could not do it with ${shown}.`, { cause });
    default:
      return new AppError('connection-refused', 'The connection for files was lost. Try again.', { cause });
  }
}
