import type { Terminal as Xterm } from '@xterm/xterm';

/** From one picture to the next in a flood, ms. */
export const FLOOD_FRAME_MS = 100;
/** As much in a fading tenth of a second is a flood, bytes: more than any program draws for somebody to read. */
export const FLOOD_BYTES = 128 * 1024;
/** How soon what came is half forgotten, ms. */
const HALF_LIFE_MS = 100;
/** How often a picture that is held back asks whether the flood is over, ms. */
const LOOK_MS = 16;
/** A flood that has brought less since the last look is over, bytes. */
const OVER_BYTES = 2 * 1024;

/** The browser's frames, and its clock. */
interface Browser {
  requestAnimationFrame(draw: FrameRequestCallback): number;
  setTimeout(act: () => void, ms: number): unknown;
  readonly performance: { now(): number };
}

/**
 * The frames in which a terminal draws: each of the display's, but in a flood only ten a second, since what is drawn there
 * is gone before it is seen, and drawing it costs more than reading it. The last picture of a flood comes as soon as any.
 */
export class TerminalFrames {
  readonly #browser: Browser;
  readonly #waiting = new Map<number, FrameRequestCallback>();
  #lastId = 0;
  /** A frame of the display, or the next look, is on its way. */
  #asked = false;
  /** What came lately, and when that was reckoned. */
  #lately = 0;
  #reckonedAt = 0;
  #sinceLook = 0;
  #drawnAt = Number.NEGATIVE_INFINITY;

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** So many bytes were taken in. */
  taken(bytes: number): void {
    const now = this.#browser.performance.now();
    this.#lately = this.#lately * 0.5 ** ((now - this.#reckonedAt) / HALF_LIFE_MS) + bytes;
    this.#reckonedAt = now;
    this.#sinceLook += bytes;
  }

  requestAnimationFrame(draw: FrameRequestCallback): number {
    this.#lastId += 1;
    this.#waiting.set(this.#lastId, draw);
    if (!this.#asked) this.#next();
    return this.#lastId;
  }

  cancelAnimationFrame(id: number): void {
    this.#waiting.delete(id);
  }

  #next(): void {
    this.#asked = true;
    // Not by frames of the display: asking for one wakes all that draws, also when nothing is drawn.
    if (this.#holds()) this.#browser.setTimeout(() => this.#next(), LOOK_MS);
    else this.#browser.requestAnimationFrame((now) => this.#draw(now));
    this.#sinceLook = 0;
  }

  #holds(): boolean {
    return (
      this.#lately > FLOOD_BYTES &&
      this.#sinceLook > OVER_BYTES &&
      this.#browser.performance.now() - this.#drawnAt < FLOOD_FRAME_MS
    );
  }

  #draw(now: number): void {
    this.#asked = false;
    this.#drawnAt = this.#browser.performance.now();
    const draws = [...this.#waiting.values()];
    // What is asked for while these run is for the next frame.
    this.#waiting.clear();
    for (const draw of draws) draw(now);
  }
}

/** What we use of the inside of xterm 6.0: where it takes its frames from, once it is open. */
interface Inside {
  _core?: { _coreBrowserService?: { window?: Window } };
}

/**
 * Has an open terminal draw in these frames.
 * @throws Error when xterm is another inside than the one we know
 */
export function drawIn(xterm: Xterm, frames: TerminalFrames): void {
  const browser = (xterm as unknown as Inside)._core?._coreBrowserService;
  const real = browser?.window;
  if (browser === undefined || real === undefined) {
    throw new Error('xterm has changed inside: it draws otherwise than 6.0. Pin @xterm/xterm to 6.0.0.');
  }
  const window = new Proxy(real, {
    get(target, name) {
      if (name === 'requestAnimationFrame' || name === 'cancelAnimationFrame') return frames[name].bind(frames);
      const value: unknown = Reflect.get(target, name);
      // A method of the window works on the window alone.
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  Object.defineProperty(browser, 'window', { value: window });
}
