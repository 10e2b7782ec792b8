import type { Clock, Deadline, Scheduler } from '../../protocol/time.ts';
import type { BackendClock } from './backend-clock.ts';

/** A wall clock that is set back would move a timer; looking this often is what bounds the delay, ms. */
const LOOK_MS = 1_000;

interface ExpiryOptions {
  clock: Clock;
  backendClock: BackendClock;
  scheduler: Scheduler;
  /** Calls `act` every so many ms; returns the function that stops it. */
  every: (ms: number, act: () => void) => () => void;
  /** Nothing new may be opened any more, what is open may go on for a while. Told once, until it gets more time. */
  onDraining: (grantId: string) => void;
  /** The grant's time is over. Told once, as long as `watch` is not called again. */
  onExpired: (grantId: string) => void;
}

/** When a grant closes for what is new, and when it is cut. Epoch ms on the backend's clock. */
export interface Bounds {
  readonly endsAt: number;
  readonly cutsAt: number;
}

interface Watched {
  bounds: Bounds;
  draining: boolean;
  /** Wall-clock moment of the timer, and what calls it off. */
  alarm: { at: number; cancel: () => void } | undefined;
}

/** Two clocks never agree to the millisecond; a timer is not set again for less than this, ms. */
const SAME_MS = 5;

/** The app's own lock on time: the bounds of the grants, held against our reckoning of the backend's clock. */
export class Expiry {
  readonly #options: ExpiryOptions;
  readonly #watched = new Map<string, Watched>();
  #stopLooking: (() => void) | undefined;

  readonly #stopSteps: () => void;

  constructor(options: ExpiryOptions) {
    this.#options = options;
    // Before the backend, which is asked about the step, can say otherwise: what is over by now is cut.
    this.#stopSteps = options.backendClock.onStep(() => this.check());
  }

  /** Watches a grant, or corrects what is known of it. */
  watch(grantId: string, bounds: Bounds): void {
    const known = this.#watched.get(grantId);
    if (known) known.bounds = bounds;
    else this.#watched.set(grantId, { bounds, draining: false, alarm: undefined });
    this.#stopLooking ??= this.#options.every(LOOK_MS, () => this.check());
    this.#setAlarms();
  }

  forget(grantId: string): void {
    this.#watched.get(grantId)?.alarm?.cancel();
    this.#watched.delete(grantId);
    if (this.#watched.size > 0) return;
    this.#stopLooking?.();
    this.#stopLooking = undefined;
  }

  /**
   * Until when new things may be opened with a grant, if that moment has not come by clocks read now. It moves when the
   * grant gets more time, and has passed as soon as nobody watches the grant any more.
   */
  live(grantId: string): Deadline | undefined {
    const endsAt = (): number => this.#watched.get(grantId)?.bounds.endsAt ?? 0;
    const left = (): number => Math.max(0, endsAt() - this.#options.backendClock.now());
    if (left() <= 0) return undefined;
    return {
      get endsAt() {
        return endsAt();
      },
      left,
      hasPassed: () => left() <= 0,
    };
  }

  /** Whether what is open with a grant may go on, by clocks read now. */
  passes(grantId: string): boolean {
    const bounds = this.#watched.get(grantId)?.bounds;
    return bounds !== undefined && this.#options.backendClock.now() < bounds.cutsAt;
  }

  /** Ends every grant whose time is over. Called by the timers, and on resume before anything is sent or drawn. */
  check(): void {
    const { backendClock, onDraining, onExpired } = this.#options;
    backendClock.look();
    const now = backendClock.now();
    for (const [grantId, watched] of [...this.#watched]) {
      if (now >= watched.bounds.cutsAt) {
        this.forget(grantId);
        onExpired(grantId);
      } else if (now < watched.bounds.endsAt) {
        watched.draining = false;
      } else if (!watched.draining) {
        watched.draining = true;
        onDraining(grantId);
      }
    }
    this.#setAlarms();
  }

  /** Timers wait on the wall clock: where it was stepped, or the backend's word moved our reckoning, they are set anew. */
  #setAlarms(): void {
    const { clock, backendClock, scheduler } = this.#options;
    const now = backendClock.now();
    for (const watched of this.#watched.values()) {
      const { endsAt, cutsAt } = watched.bounds;
      const at = clock.now() + (watched.draining ? cutsAt : endsAt) - now;
      if (watched.alarm && Math.abs(watched.alarm.at - at) < SAME_MS) continue;
      watched.alarm?.cancel();
      watched.alarm = { at, cancel: scheduler.at(at, () => this.#alarm(watched)) };
    }
  }

  #alarm(watched: Watched): void {
    watched.alarm = undefined;
    this.check();
  }

  dispose(): void {
    this.#stopSteps();
    for (const grantId of [...this.#watched.keys()]) this.forget(grantId);
  }
}
