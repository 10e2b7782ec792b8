import { type Clock, type Deadline, deadline, type Scheduler } from '../../protocol/time.ts';

/** A wall clock that is set back would move a timer; looking this often is what bounds the delay, ms. */
const LOOK_MS = 1_000;

interface ExpiryOptions {
  clock: Clock;
  scheduler: Scheduler;
  /** Calls `act` every so many ms; returns the function that stops it. */
  every: (ms: number, act: () => void) => () => void;
  /** The grant's time is over. Told once, as long as `watch` is not called again. */
  onExpired: (grantId: string) => void;
}

interface Watched {
  readonly deadline: Deadline;
  readonly cancelTimer: () => void;
}

/** The app's own lock on time: the deadlines of the grants, each held by the wall clock and the monotonic clock. */
export class Expiry {
  readonly #options: ExpiryOptions;
  readonly #watched = new Map<string, Watched>();
  #stopLooking: (() => void) | undefined;

  constructor(options: ExpiryOptions) {
    this.#options = options;
  }

  /** Watches a grant, or corrects what is known of it. @param backendNow the backend's clock now, epoch ms */
  watch(grantId: string, endsAt: number, backendNow: number): Deadline {
    const { clock, scheduler } = this.#options;
    this.#watched.get(grantId)?.cancelTimer();
    const held = deadline(clock, endsAt, backendNow);
    const cancelTimer = scheduler.at(clock.now() + held.left(), () => this.check());
    this.#watched.set(grantId, { deadline: held, cancelTimer });
    this.#stopLooking ??= this.#options.every(LOOK_MS, () => this.check());
    return held;
  }

  forget(grantId: string): void {
    this.#watched.get(grantId)?.cancelTimer();
    this.#watched.delete(grantId);
    if (this.#watched.size > 0) return;
    this.#stopLooking?.();
    this.#stopLooking = undefined;
  }

  /** The deadline of a grant whose time is not over, by clocks read now. */
  live(grantId: string): Deadline | undefined {
    const held = this.#watched.get(grantId)?.deadline;
    return held && !held.hasPassed() ? held : undefined;
  }

  /** Ends every grant whose time is over. Called by the timers, and on resume before anything is sent or drawn. */
  check(): void {
    for (const [grantId, { deadline: held }] of [...this.#watched]) {
      if (!held.hasPassed()) continue;
      this.forget(grantId);
      this.#options.onExpired(grantId);
    }
  }

  dispose(): void {
    for (const grantId of [...this.#watched.keys()]) this.forget(grantId);
  }
}
