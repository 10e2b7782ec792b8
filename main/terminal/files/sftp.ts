import type { Client, FileEntryWithStats, SFTPWrapper, Stats } from 'ssh2';
import { AppError } from '../../../protocol/errors.ts';
import { isPlainName } from './names.ts';
import { refusal, STATUS, statusOf } from './sftp-refusal.ts';

/** Longest wait for the target to begin SFTP, or to answer one question, ms. */
const ANSWER_MS = 20_000;
/** Most entries of one folder that are read. */
export const MOST_ENTRIES = 10_000;
/** The same with "." and "..", and with what is no entry. */
const MOST_TOLD = MOST_ENTRIES + 2;

/** Longest path that is asked for (protocol/ipc/commands.ts), characters. */
const LONGEST_PATH = 4096;

/** What of an entry's attributes is used. A target may send as many more bytes of them as it likes, 10,000 times. */
type UsedAttributes = Pick<Stats, 'mode' | 'size' | 'mtime'>;

/** What a question to write carries beside the bytes and the handle (draft-ietf-secsh-filexfer-02 section 6.4). */
const WRITE_HEAD_BYTES = 25;
/** What SSH packets hold when the other end does not say otherwise, bytes (RFC 4253 section 6.1). */
const PACKET_BYTES = 32 * 1024;
/** Data that every server takes in one question, bytes (draft-ietf-secsh-filexfer-02 section 3). */
const SURE_BYTES = 32 * 1024;
const MOST_READ_BYTES = 128 * 1024;
/** One question to write fills so many packets at most: several questions must be on their way at once. */
const MOST_PACKETS = 4;

/** SFTP on a connection, in promises, and with sentences for what the target refuses. */
export class Sftp {
  readonly #wrapper: SFTPWrapper;
  /** The end of the connection. */
  readonly #signal: AbortSignal;
  readonly closed: Promise<void>;
  /** What fails each question that waits for its answer. */
  readonly #unanswered = new Set<(error: Error) => void>();

  private constructor(wrapper: SFTPWrapper, signal: AbortSignal) {
    this.#wrapper = wrapper;
    this.#signal = signal;
    wrapper.on('error', () => undefined);
    // ssh2 forgets the questions of a connection that is severed.
    const lost = (): void => {
      for (const fail of this.#unanswered) fail(new Error('the connection is over'));
    };
    signal.addEventListener('abort', lost, { once: true });
    this.closed = new Promise((resolve) =>
      wrapper.once('close', () => {
        signal.removeEventListener('abort', lost);
        lost();
        resolve();
      }),
    );
  }

  /** Opens another channel on the connection. @throws AppError */
  static open(client: Client, signal: AbortSignal): Promise<Sftp> {
    return new Promise((resolve, reject) => {
      let waits = true;
      const refuse = (cause?: unknown): void => {
        waits = false;
        reject(new AppError('target-unreachable', 'The target offers no file transfer (SFTP).', { cause }));
      };
      const timer = setTimeout(refuse, ANSWER_MS);
      const over = (): void => refuse(signal.reason);
      signal.addEventListener('abort', over, { once: true });
      client.sftp((error, wrapper) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', over);
        if (error) return refuse(error);
        const sftp = new Sftp(wrapper, signal);
        if (waits) resolve(sftp);
        // Nobody would close a channel that comes after all, and a connection has only so many.
        else sftp.end();
      });
    });
  }

  async realPath(path: string): Promise<string> {
    const real = await this.#ask<string>(path, (done) => this.#wrapper.realpath(path, done));
    if (real.length <= LONGEST_PATH) return real;
    throw new AppError('target-unreachable', 'The target says a path that is longer than any.');
  }

  stat(path: string): Promise<Stats> {
    return this.#ask(path, (done) => this.#wrapper.stat(path, done));
  }

  /** What has this name, without following a link; undefined when nothing has. */
  async look(path: string): Promise<Stats | undefined> {
    try {
      return await this.#ask<Stats>(path, (done) => this.#wrapper.lstat(path, done));
    } catch (error) {
      if (error instanceof AppError && error.code === 'not-found') return undefined;
      throw error;
    }
  }

  /** Whether anything has this name. */
  async has(path: string): Promise<boolean> {
    return (await this.look(path)) !== undefined;
  }

  /** The entries of a folder, at most `MOST_ENTRIES`; `more` when it has others. */
  async list(path: string): Promise<{ entries: { name: string; attrs: UsedAttributes }[]; more: boolean }> {
    const handle = await this.#ask<Buffer>(`folder ${path}`, (done) => this.#wrapper.opendir(path, done));
    const found: { name: string; attrs: UsedAttributes }[] = [];
    // All are counted, also an answer without any: a target that sends nothing but tricks must not go on for ever.
    let told = 0;
    try {
      while (found.length <= MOST_ENTRIES && told <= MOST_TOLD) {
        const some = await this.#untilEnd(path, handle);
        if (some === undefined) break;
        told += Math.max(1, some.length);
        for (const { filename: name, attrs } of some) {
          const { mode, size, mtime } = attrs;
          if (isPlainName(name)) found.push({ name, attrs: { mode, size, mtime } });
        }
      }
    } finally {
      this.close(handle);
    }
    return { entries: found.slice(0, MOST_ENTRIES), more: found.length > MOST_ENTRIES || told > MOST_TOLD };
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

  /** How many bytes one question to read should ask for: fewer questions, where the other end has said that it takes them. */
  pieceToRead(): number {
    const { _maxReadLen: most = SURE_BYTES } = this.#wrapper as unknown as { _maxReadLen?: number };
    return Math.max(SURE_BYTES, Math.min(most, MOST_READ_BYTES));
  }

  /**
   * How many bytes one question to write should carry. What does not fill whole SSH packets costs one more for a few
   * bytes: with 32 KB that was every second packet.
   */
  pieceToWrite(handle: Buffer): number {
    // Inside ssh2 1.17: what the other end said of its packets, and of SFTP (limits@openssh.com).
    const inside = this.#wrapper as unknown as { outgoing?: { packetSize?: number }; _maxWriteLen?: number };
    const packet = Math.min(inside.outgoing?.packetSize ?? PACKET_BYTES, PACKET_BYTES);
    const most = Math.max(inside._maxWriteLen ?? SURE_BYTES, SURE_BYTES);
    const head = WRITE_HEAD_BYTES + handle.length;
    const packets = Math.max(1, Math.min(MOST_PACKETS, Math.floor((most + head) / packet)));
    return Math.max(1, packets * packet - head);
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

  /** Makes a folder that was not there. @param mode permission bits */
  makeFolder(path: string, mode: number): Promise<void> {
    return this.#ask(path, (done) => this.#wrapper.mkdir(path, { mode }, done));
  }

  /** Removes an empty folder. */
  removeFolder(path: string): Promise<void> {
    return this.#ask(path, (done) => this.#wrapper.rmdir(path, done));
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
      const timer = setTimeout(() => {
        this.#unanswered.delete(done);
        reject(new AppError('timed-out', 'The target did not answer within 20 seconds.'));
      }, ANSWER_MS);
      const done = (error?: Error | null, answer?: T): void => {
        clearTimeout(timer);
        this.#unanswered.delete(done);
        if (error) reject(refusal(error, what));
        else resolve(answer as T);
      };
      this.#unanswered.add(done);
      try {
        this.#signal.throwIfAborted();
        question(done);
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }
}
