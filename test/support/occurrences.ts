/** Things that happen one after another and can be waited for, those that have happened already included. */
export class Occurrences<T> {
  readonly all: T[] = [];
  readonly #listeners = new Set<(occurrence: T) => void>();
  readonly #what: string;

  /** @param what one of them, in a word or two, for the failure of a wait */
  constructor(what: string) {
    this.#what = what;
  }

  add(occurrence: T): void {
    this.all.push(occurrence);
    for (const listener of [...this.#listeners]) listener(occurrence);
  }

  /** The first that fits, past or to come. Those before index `from` do not count. */
  first(
    fits: (occurrence: T) => boolean = () => true,
    options: { from?: number; timeoutMs?: number } = {},
  ): Promise<T> {
    const past = this.all.slice(options.from ?? 0).find(fits);
    if (past !== undefined) return Promise.resolve(past);
    const timeoutMs = options.timeoutMs ?? 10_000;
    return new Promise((resolve, reject) => {
      const listener = (occurrence: T) => {
        if (!fits(occurrence)) return;
        this.#listeners.delete(listener);
        clearTimeout(timeout);
        resolve(occurrence);
      };
      const timeout = setTimeout(() => {
        this.#listeners.delete(listener);
        const seen = this.all.map((occurrence) => JSON.stringify(occurrence)).join('\n  ');
        reject(new Error(`No such ${this.#what} within ${timeoutMs} ms. Seen:\n  ${seen || 'none'}`));
      }, timeoutMs);
      this.#listeners.add(listener);
    });
  }
}
