import { CHUNK_BYTES, type TerminalOutput, WINDOW_BYTES } from '../../protocol/ipc/terminal-port.ts';

/** Where the bytes come from: can be told to hold on. */
export interface Source {
  pause(): unknown;
  resume(): unknown;
}

/**
 * Bytes from a session to the page that draws them. The page acknowledges what it has drawn; with more than the window
 * on its way the source is paused, so that a flood waits at the far end and not in this process.
 */
export class OutputFlow {
  readonly #source: Source;
  readonly #post: (message: TerminalOutput) => void;
  #unacknowledged = 0;
  #paused = false;

  constructor(source: Source, post: (message: TerminalOutput) => void) {
    this.#source = source;
    this.#post = post;
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      // A copy of its own size: posting a view would clone the whole buffer behind it.
      this.#post({ kind: 'data', bytes: Uint8Array.from(bytes.subarray(at, at + CHUNK_BYTES)) });
    }
    this.#unacknowledged += bytes.length;
    if (this.#unacknowledged <= WINDOW_BYTES || this.#paused) return;
    this.#paused = true;
    this.#source.pause();
  }

  /** The page has drawn so many bytes; more than it was sent counts as all of it. */
  acknowledge(bytes: number): void {
    this.#unacknowledged = Math.max(0, this.#unacknowledged - bytes);
    if (this.#unacknowledged > WINDOW_BYTES || !this.#paused) return;
    this.#paused = false;
    this.#source.resume();
  }
}
