import { AppError } from '../../protocol/errors.ts';
import type { Clock } from '../../protocol/time.ts';

export interface Rate {
  /** How many at once. */
  burst: number;
  perMinute: number;
}

/** Past this many keys the idle ones are forgotten. */
const MOST_KEYS = 10_000;
/** How many are kept of keys that are all busy: forgetting looks at each, and must not be due again at the next. */
const KEPT_KEYS = 9_000;

/** Token buckets, one a key (an address, a person). */
export class RateLimit {
  readonly #clock: Clock;
  readonly #rate: Rate;
  readonly #buckets = new Map<string, { left: number; at: number }>();

  constructor(clock: Clock, rate: Rate) {
    this.#clock = clock;
    this.#rate = rate;
  }

  /** Takes one. @throws AppError 'too-many-requests' when none is left, saying when to try again */
  take(key: string): void {
    const now = this.#clock.monotonic();
    const bucket = this.#buckets.get(key) ?? { left: this.#rate.burst, at: now };
    bucket.left = this.#refilled(bucket, now);
    bucket.at = now;
    if (bucket.left < 1) {
      const seconds = Math.ceil(((1 - bucket.left) * 60) / this.#rate.perMinute);
      throw new AppError('too-many-requests', `That was too often; try again in ${seconds} s.`);
    }
    bucket.left -= 1;
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > MOST_KEYS) this.#forgetIdle(now);
  }

  /** Takes so many more from who was let through. It is never refused; the next `take` waits until it is made up for. */
  owe(key: string, more: number): void {
    const bucket = this.#buckets.get(key);
    if (bucket) bucket.left -= more;
  }

  #refilled(bucket: { left: number; at: number }, now: number): number {
    return Math.min(this.#rate.burst, bucket.left + ((now - bucket.at) * this.#rate.perMinute) / 60_000);
  }

  #forgetIdle(now: number): void {
    for (const [key, bucket] of this.#buckets) {
      if (this.#refilled(bucket, now) >= this.#rate.burst) this.#buckets.delete(key);
    }
    // All busy: somebody plays with keys. Forgetting the oldest lets them begin anew, and the memory stays ours.
    for (const key of this.#buckets.keys()) {
      if (this.#buckets.size <= KEPT_KEYS) break;
      this.#buckets.delete(key);
    }
  }
}
