/** What happens as often as others like is told of this often at most, ms. */
const TELL_MS = 60_000;

/** Tells of something that others can make happen without end, for a log that they must not fill. */
export class Seldom {
  #told: { at: number; since: number } | undefined;

  /** @param tell is given how many were not told of since the last one; not called when that was just now */
  say(tell: (untold: number) => void): void {
    const now = performance.now();
    if (this.#told && now - this.#told.at < TELL_MS) {
      this.#told.since += 1;
      return;
    }
    const untold = this.#told?.since ?? 0;
    this.#told = { at: now, since: 0 };
    tell(untold);
  }
}
