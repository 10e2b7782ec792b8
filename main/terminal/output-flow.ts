import { CHUNK_BYTES, type TerminalOutput, WINDOW_BYTES } from '../../protocol/ipc/terminal-port.ts';

/** Where the bytes come from: can be told to hold on. */
export interface Source {
  pause(): unknown;
  resume(): unknown;
}

/**
 * Bytes from a session to the page that draws them. What comes in one turn of the event loop goes in one message: a target
 * sends a flood in pieces of a few kilobytes, and each message costs both ends more than its bytes do. The page
 * acknowledges what it has drawn; with more than the window on its way the source is paused, so that a flood waits at the
 * far end and not in this process.
 */
export class OutputFlow {
  readonly #source: Source;
  readonly #post: (message: TerminalOutput) => void;
  readonly #gathered = new Uint8Array(CHUNK_BYTES);
  #length = 0;
  #unacknowledged = 0;
  #paused = false;

  constructor(source: Source, post: (message: TerminalOutput) => void) {
    this.#source = source;
    this.#post = post;
  }

  write(bytes: Uint8Array): void {
    this.#unacknowledged += bytes.length;
    if (bytes.length > 0 && this.#length === 0) process.nextTick(() => this.flush());
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + CHUNK_BYTES - this.#length);
      this.#gathered.set(piece, this.#length);
      this.#length += piece.length;
      at += piece.length;
      if (this.#length === CHUNK_BYTES) this.flush();
    }
    if (this.#unacknowledged <= WINDOW_BYTES || this.#paused) return;
    this.#paused = true;
    this.#source.pause();
  }

  /** Posts what was gathered in this turn, before something else is posted. */
  flush(): void {
    if (this.#length === 0) return;
    // A copy of its own size: posting a view would clone the whole buffer behind it.
    this.#post({ kind: 'data', bytes: this.#gathered.slice(0, this.#length) });
    this.#length = 0;
  }

  /** The page has drawn so many bytes; more than it was sent counts as all of it. */
  acknowledge(bytes: number): void {
    this.#unacknowledged = Math.max(0, this.#unacknowledged - bytes);
    if (this.#unacknowledged > WINDOW_BYTES || !this.#paused) return;
    this.#paused = false;
    this.#source.resume();
  }
}
