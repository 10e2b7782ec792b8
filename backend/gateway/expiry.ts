import { type Clock, type Deadline, deadline, type Scheduler } from '../../protocol/time.ts';

/** How late a stepped wall clock can make a deadline at most; the monotonic clock is read this often. */
const LOOK_MS = 1_000;

/** Calls `passed` when a deadline has come by the wall clock or by the monotonic one, whichever is first. */
export class Expiry {
  readonly #clock: Clock;
  readonly #scheduler: Scheduler;
  readonly #passed: () => void;
  #deadline: Deadline | undefined;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, scheduler: Scheduler, passed: () => void) {
    this.#clock = clock;
    this.#scheduler = scheduler;
    this.#passed = passed;
  }

  /** Sets or moves the deadline. @param endsAt epoch ms */
  set(endsAt: number): void {
    if (this.#deadline?.endsAt === endsAt) return;
    this.#deadline = deadline(this.#clock, endsAt);
    this.#look();
  }

  get hasPassed(): boolean {
    return this.#deadline?.hasPassed() ?? false;
  }

  dispose(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#deadline = undefined;
  }

  #look(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const { hasPassed, left } = this.#deadline ?? {};
    if (hasPassed === undefined || left === undefined) return;
    if (hasPassed()) {
      this.#passed();
      return;
    }
    this.#cancel = this.#scheduler.at(this.#clock.now() + Math.min(left(), LOOK_MS), () => this.#look());
  }
}
