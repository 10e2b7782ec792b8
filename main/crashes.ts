/** How many crashes of pages in a minute are answered with a new window. */
const MOST_CRASHES = 3;
const WITHIN_MS = 60_000;

/** Counts the crashes of pages: one that crashes over and over must not come again and again by itself. */
export class Crashes {
  /** When they were, in the last minute; monotonic, ms. */
  #last: number[] = [];
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Counts one more. @returns whether its window may come again by itself */
  another(): boolean {
    const now = this.#now();
    this.#last = [...this.#last.filter((at) => now - at < WITHIN_MS), now];
    return this.#last.length <= MOST_CRASHES;
  }
}
