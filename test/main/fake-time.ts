import type { Clock, Scheduler } from '../../protocol/time.ts';

/** Both clocks and both kinds of timers, moved by hand. The scheduler waits on the wall clock, as the real one does. */
export class FakeTime implements Clock, Scheduler {
  #wall = 1_800_000_000_000;
  #monotonic = 5_000;
  #boot = 77_777;
  readonly #alarms = new Set<{ epochMs: number; act: () => void }>();
  readonly #tickers = new Set<{ ms: number; next: number; act: () => void }>();

  now(): number {
    return this.#wall;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  /** Goes on while the computer sleeps, and no hand sets it; read in whole seconds, as the real one is. */
  boot = (): number => Math.floor(this.#boot / 1000) * 1000;

  at(epochMs: number, act: () => void): () => void {
    const alarm = { epochMs, act };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }

  every = (ms: number, act: () => void): (() => void) => {
    const ticker = { ms, next: this.#monotonic + ms, act };
    this.#tickers.add(ticker);
    return () => this.#tickers.delete(ticker);
  };

  /** How many timers wait. */
  get waiting(): number {
    return this.#alarms.size + this.#tickers.size;
  }

  /** Time passes, and timers run. */
  pass(ms: number): void {
    for (let left = ms; left > 0; left -= 10) {
      const step = Math.min(10, left);
      this.#wall += step;
      this.#monotonic += step;
      this.#boot += step;
      this.#run();
    }
  }

  /** The wall clock is set; no timer has run yet. */
  setWall(byMs: number): void {
    this.#wall += byMs;
  }

  /** The computer sleeps: the wall clock goes on, the monotonic one stands, and no timer has run yet. */
  sleep(ms: number): void {
    this.#wall += ms;
    this.#boot += ms;
  }

  #run(): void {
    for (const alarm of [...this.#alarms]) {
      if (alarm.epochMs > this.#wall || !this.#alarms.delete(alarm)) continue;
      alarm.act();
    }
    for (const ticker of [...this.#tickers]) {
      if (ticker.next > this.#monotonic || !this.#tickers.has(ticker)) continue;
      ticker.next += ticker.ms;
      ticker.act();
    }
  }
}
