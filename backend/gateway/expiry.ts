import { type Clock, type Deadline, deadline, type Scheduler } from '../../protocol/time.ts';

/** Both clocks are read at least this often, by a timer that does not hang on the wall clock. */
const LOOK_MS = 1_000;

/** Calls `passed` when a deadline has come by the wall clock or by the monotonic one, whichever is first. */
export class Expiry {
  readonly #clock: Clock;
  readonly #scheduler: Scheduler;
  readonly #passed: () => void;
  #deadline: Deadline | undefined;
  #cancel: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(clock: Clock, scheduler: Scheduler, passed: () => void) {
    this.#clock = clock;
    this.#scheduler = scheduler;
    this.#passed = passed;
  }

  /**
   * Sets or moves the deadline. A move adds to what is left by the stricter clock: counted anew on a wall clock that was
   * set back meanwhile, it would give the step away.
   * @param endsAt epoch ms
   */
  set(endsAt: number): void {
    const before = this.#deadline;
    if (before?.endsAt === endsAt) return;
    const now = this.#clock.now();
    const left = before === undefined ? endsAt - now : before.left() + endsAt - before.endsAt;
    this.#deadline = deadline(this.#clock, endsAt, Math.max(now, endsAt - left));
    this.#look();
  }

  get hasPassed(): boolean {
    return this.#deadline?.hasPassed() ?? false;
  }

  dispose(): void {
    this.#rest();
    this.#deadline = undefined;
  }

  #rest(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    clearTimeout(this.#timer);
  }

  #look(): void {
    this.#rest();
    const deadline = this.#deadline;
    if (deadline === undefined) return;
    if (deadline.hasPassed()) {
      this.#passed();
      return;
    }
    // The scheduler waits for the wall clock, and would wait too long for one that was set back.
    this.#cancel = this.#scheduler.at(deadline.endsAt, () => this.#look());
    this.#timer = setTimeout(() => this.#look(), Math.min(deadline.left(), LOOK_MS));
  }
}
