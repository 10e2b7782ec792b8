/** Where time is read. Inject it; never call `Date.now()` in a rule. */
export interface Clock {
  /** Wall clock, milliseconds since the Unix epoch. May be stepped. */
  now(): number;
  /** Monotonic clock, milliseconds since some fixed start. Never goes back; may stop while the machine sleeps. */
  monotonic(): number;
}

/** Runs a function at a wall-clock time. A prompt, not a lock: whoever acts on a deadline checks it again at use. */
export interface Scheduler {
  /** Calls `act` once at or soon after `epochMs`, at once if that is past. Returns the function that calls it off. */
  at(epochMs: number, act: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

/** The longest nap of the system scheduler: a stepped clock or a resumed laptop is seen at most this much late. */
const LONGEST_NAP_MS = 1_000;

/** Timers that re-read the clock at least once a second, so that suspend and clock steps do not move a deadline. */
export function systemScheduler(clock: Clock = systemClock): Scheduler {
  return {
    at(epochMs, act) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const nap = (): void => {
        const left = epochMs - clock.now();
        if (left <= 0) {
          timer = undefined;
          act();
          return;
        }
        timer = setTimeout(nap, Math.min(left, LONGEST_NAP_MS));
      };
      timer = setTimeout(nap, Math.min(Math.max(epochMs - clock.now(), 0), LONGEST_NAP_MS));
      return () => clearTimeout(timer);
    },
  };
}

/**
 * A deadline held by two clocks: it has passed when the wall clock says so, or when more monotonic time has gone by
 * than was left when the deadline was learnt. A wall clock that is set back cannot give time away.
 */
export interface Deadline {
  readonly endsAt: number;
  hasPassed(): boolean;
  /** Milliseconds left by the stricter of the two clocks, never negative. */
  left(): number;
}

/** @param endsAt epoch ms on the backend's clock. @param serverNow the backend's clock when `endsAt` was learnt; corrects a wrong local clock. */
export function deadline(clock: Clock, endsAt: number, serverNow: number = clock.now()): Deadline {
  const skew = serverNow - clock.now();
  const monotonicEnd = clock.monotonic() + (endsAt - serverNow);
  const left = (): number => Math.max(0, Math.min(endsAt - (clock.now() + skew), monotonicEnd - clock.monotonic()));
  return { endsAt, left, hasPassed: () => left() <= 0 };
}

/** Whole words for a length of time, for people: "1 h 30 min", "45 s". @param ms milliseconds */
export function durationInWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  if (h > 0) return m > 0 ? `${h} h ${m} min` : `${h} h`;
  if (m > 0) return s > 0 && m < 5 ? `${m} min ${s} s` : `${m} min`;
  return `${s} s`;
}
