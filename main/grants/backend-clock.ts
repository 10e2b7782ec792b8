import type { Clock } from '../../protocol/time.ts';

/** Clocks that disagree by more than this were stepped, or one of them slept, ms. */
const STEP_MS = 500;
/** How exactly the boot clock can be read, ms: whole seconds on macOS, hundredths elsewhere. */
const BOOT_GRAIN_MS = { coarse: 1_000, fine: 20 } as const;

interface Anchor {
  readonly backend: number;
  readonly wall: number;
  readonly monotonic: number;
  readonly boot: number;
}

/** A moment by this computer's clocks, to which a word of the backend is tied later. */
export type LocalMoment = Omit<Anchor, 'backend'>;

/**
 * The backend's time, as this app reckons it between the backend's words. Each of our clocks may lie: the wall clock is
 * stepped, the monotonic one stands still while the computer sleeps. Whichever says that more time has gone by is
 * believed, so that a deadline may come early, never late. What has once gone by stays gone by, until the backend says
 * otherwise in an answer to a question of ours.
 */
export class BackendClock {
  readonly #clock: Clock;
  readonly #boot: () => number;
  readonly #onStep = new Set<() => void>();
  #anchor: Anchor;

  /** @param boot time since the computer started, also while it slept, ms; as coarse as seconds */
  constructor(clock: Clock, boot: () => number) {
    this.#clock = clock;
    this.#boot = boot;
    this.#anchor = { backend: clock.now(), ...this.moment() };
  }

  /** This moment, to be taken before the backend is asked for its time. */
  moment(): LocalMoment {
    return { wall: this.#clock.now(), monotonic: this.#clock.monotonic(), boot: this.#boot() };
  }

  /** The backend's time, epoch ms: at least this late, if none of our clocks runs backwards unseen. */
  now(): number {
    const { backend, wall, monotonic } = this.#anchor;
    const byWall = this.#clock.now() - wall;
    const byMonotonic = this.#clock.monotonic() - monotonic;
    const now = backend + Math.max(byWall, byMonotonic);
    if (Math.abs(byWall - byMonotonic) <= STEP_MS) return now;
    // A step back now and a step forward (or a sleep) later must not cancel each other out. Nor may a step hide a sleep:
    // the boot clock begins anew here, so what it has seen until now counts.
    const late = Math.max(now, this.#byBoot());
    this.#stepped(late);
    return late;
  }

  /** Looks at the boot clock too, which sees a wall clock that was set back while the computer slept. */
  look(): void {
    const now = this.now();
    const byBoot = this.#byBoot();
    if (byBoot > now + STEP_MS) this.#stepped(byBoot);
  }

  /** At least so late it is by the boot clock. */
  #byBoot(): number {
    const { backend, boot: then } = this.#anchor;
    const boot = this.#boot();
    const coarse = boot % 1_000 === 0 && then % 1_000 === 0;
    return backend + (boot - then) - (coarse ? BOOT_GRAIN_MS.coarse : BOOT_GRAIN_MS.fine);
  }

  #stepped(backend: number): void {
    this.#anchor = { backend, ...this.moment() };
    // Not here: the time is asked for at every byte.
    for (const listener of this.#onStep) queueMicrotask(listener);
  }

  /**
   * Calls `listener` when a clock of ours was stepped, or slept: the reckoning may be ahead from then on, and only an
   * answer of the backend takes that back. Returns the function that stops it.
   */
  onStep(listener: () => void): () => void {
    this.#onStep.add(listener);
    return () => this.#onStep.delete(listener);
  }

  /** A word that the backend sent by itself: it may have been under way for any time, so it is at least this late. */
  heard(backendTime: number): void {
    // The boot clock begins anew here too.
    this.look();
    if (backendTime > this.now()) this.#anchor = { backend: backendTime, ...this.moment() };
  }

  /**
   * What the backend answered when it was asked for its time. This alone can set the reckoning back: the answer was
   * written after the question was, however long it was under way. @param asked the moment before it was asked
   */
  answered(backendTime: number, asked: LocalMoment): void {
    this.#anchor = { backend: backendTime, ...asked };
    this.look();
  }
}
