/** After a failure, how long until the next try. Milliseconds. */
const RETRY_MS = 2_000;

/** What is still being written down: whoever stops the gateway waits for it, but not for ever. */
export class Underway {
  readonly #all = new Set<Promise<unknown>>();
  readonly #tell: (error: unknown) => void;
  readonly #over = new AbortController();

  constructor(tell: (error: unknown) => void) {
    this.#tell = tell;
  }

  add(work: Promise<unknown>): void {
    const done = (): void => {
      this.#all.delete(settled);
    };
    const settled: Promise<void> = work.then(done, done);
    this.#all.add(settled);
  }

  /** Does it again and again until it succeeds; no longer than until `settle` is done. Never throws. */
  untilDone(act: () => Promise<void>): void {
    this.add(this.#persist(act));
  }

  /** Waits until nothing is under way, at most so long. Returns whether that came to be. */
  async settle(patienceMs: number): Promise<boolean> {
    const deadline = performance.now() + patienceMs;
    while (this.#all.size > 0 && performance.now() < deadline)
      await Promise.race([Promise.all(this.#all), pause(deadline - performance.now(), this.#over.signal)]);
    this.#over.abort();
    return this.#all.size === 0;
  }

  async #persist(act: () => Promise<void>): Promise<void> {
    while (!this.#over.signal.aborted) {
      try {
        return await act();
      } catch (error) {
        this.#tell(error);
        await pause(RETRY_MS, this.#over.signal);
      }
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
