import type { Clock, Scheduler } from '../protocol/time.ts';

/** After a failed sweep (database away), how long until the next try. Milliseconds. */
const RETRY_MS = 1_000;

export interface DeadlineSweep {
  /** Something was added or ended: look again when the next deadline is. */
  wake(): void;
  dispose(): Promise<void>;
}

/**
 * Ends what is due, now and at each next deadline. The timer only makes it prompt: whoever uses a thing with a deadline
 * checks it again.
 */
export function startDeadlineSweep(options: {
  clock: Clock;
  scheduler: Scheduler;
  /** Ends everything that is due. */
  sweep: () => Promise<void>;
  /** Epoch ms of the next deadline, undefined when there is none. */
  next: () => Promise<number | undefined>;
  onError: (error: unknown) => void;
}): DeadlineSweep {
  const { clock, scheduler } = options;
  let cancel: () => void = () => undefined;
  let running: Promise<void> | undefined;
  let again = false;
  let over = false;

  async function run(): Promise<void> {
    do {
      again = false;
      cancel();
      let next: number | undefined;
      try {
        await options.sweep();
        next = await options.next();
      } catch (error) {
        if (over) return;
        options.onError(error);
        next = clock.now() + RETRY_MS;
      }
      if (next !== undefined && !over) cancel = scheduler.at(next, wake);
    } while (again && !over);
  }

  function wake(): void {
    if (over) return;
    again = true;
    running ??= run().finally(() => {
      running = undefined;
      if (again) wake();
    });
  }

  wake();
  return {
    wake,
    async dispose() {
      over = true;
      cancel();
      await running;
      cancel();
    },
  };
}
