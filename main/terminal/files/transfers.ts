import { AppError, toFailure } from '../../../protocol/errors.ts';
import type { Transfer } from '../../../protocol/ipc/snapshot.ts';
import type { Store } from '../../store.ts';
import { progress } from './progress.ts';

/** What a transfer is given while it runs. */
export interface Task {
  /** Aborted with the reason why it must stop. */
  readonly signal: AbortSignal;
  /** The connection is still there: what is half can be removed on the target. */
  readonly connected: boolean;
  /** Throws when nothing may pass; asked before each piece. */
  check(): void;
  /** How much there is in all, once that is known, bytes. */
  total(bytes: number): void;
  /** So many bytes more have passed. */
  moved(bytes: number): void;
  /** Something of it had to stay: a sentence that names it. */
  leaves(sentence: string): void;
}

/** What the bytes of one file are given. */
export type Moving = Pick<Task, 'signal' | 'check' | 'moved'>;

/** One file of several: it also stops when another has failed. */
export function oneOf(task: Task, failed: AbortSignal): Moving {
  return { signal: AbortSignal.any([task.signal, failed]), check: task.check, moved: task.moved };
}

/** How a transfer came out. */
export interface Outcome {
  /** What there is to say of it, '' for nothing. */
  sentence: string;
  /** Nothing was left out. */
  whole: boolean;
}

interface Job extends Pick<Transfer, 'terminalId' | 'direction' | 'name' | 'totalBytes'> {
  /** The end of the terminal. */
  signal: AbortSignal;
  check: () => void;
  run: (task: Task) => Promise<Outcome>;
}

interface TransfersOptions {
  store: Store;
  onProblem: (error: unknown) => void;
}

const CANCELLED = Symbol('cancelled by the person');

/** The files that are on their way: one after another in each terminal, each shown in the state. */
export class Transfers {
  readonly #options: TransfersOptions;
  readonly #stops = new Map<string, AbortController>();
  /** The last one of each terminal. */
  readonly #queues = new Map<string, Promise<void>>();
  #lastNumber = 0;

  constructor(options: TransfersOptions) {
    this.#options = options;
  }

  add(job: Job): void {
    this.#lastNumber += 1;
    const { terminalId, direction, name, totalBytes } = job;
    const transfer: Transfer = {
      ...{ id: `file-${this.#lastNumber}`, terminalId, direction, name, totalBytes },
      ...{ bytes: 0, status: { state: 'moving' } },
    };
    const stop = new AbortController();
    this.#stops.set(transfer.id, stop);
    const { store } = this.#options;
    // A closed terminal shows nothing.
    if (store.state.terminals.some((t) => t.id === terminalId)) store.apply({ kind: 'transfer', transfer });
    // Also one that still waits for its turn goes at once.
    stop.signal.addEventListener('abort', () => this.#change(transfer.id, { status: cancelled('') }));
    const before = this.#queues.get(terminalId) ?? Promise.resolve();
    const turn = before.then(() => this.#run(job, transfer.id, stop));
    this.#queues.set(terminalId, turn);
    void turn.then(() => {
      if (this.#queues.get(terminalId) === turn) this.#queues.delete(terminalId);
    });
  }

  async #run(job: Job, id: string, stop: AbortController): Promise<void> {
    const signal = AbortSignal.any([stop.signal, job.signal]);
    const told = progress((bytes) => {
      if (!signal.aborted) this.#change(id, { bytes });
    });
    let left = '';
    const task: Task = {
      signal,
      get connected() {
        return !job.signal.aborted;
      },
      check: () => {
        signal.throwIfAborted();
        job.check();
      },
      total: (totalBytes) => {
        if (!signal.aborted) this.#change(id, { totalBytes });
      },
      moved: (bytes) => told.add(bytes),
      leaves: (sentence) => {
        left = sentence;
      },
    };
    try {
      task.check();
      const { sentence, whole } = await job.run(task);
      const { bytes } = told;
      this.#change(id, { bytes, totalBytes: bytes, status: { state: 'done', sentence, whole } });
    } catch (error) {
      const status: Transfer['status'] =
        stop.signal.reason === CANCELLED
          ? cancelled(left === '' ? 'Nothing is left of it.' : left)
          : { state: 'failed', problem: this.#problem(job, error, left) };
      this.#change(id, { bytes: told.bytes, status });
    } finally {
      this.#stops.delete(id);
    }
  }

  #problem(job: Job, error: unknown, left: string) {
    const also = left === '' ? '' : ` ${left}`;
    // The terminal's end is the cause of whatever else went wrong.
    if (job.signal.aborted) {
      return toFailure(new AppError('grant-not-live', stoppedBecause(job.signal.reason) + also));
    }
    this.#options.onProblem(error);
    const failure = toFailure(error);
    return { ...failure, message: failure.message + also };
  }

  cancel(id: string): void {
    this.#stops.get(id)?.abort(CANCELLED);
  }

  /** One that is shown no more stays so: cleared, or its terminal closed. */
  #change(id: string, change: Partial<Transfer>): void {
    const { store } = this.#options;
    const transfer = store.state.transfers.find((t) => t.id === id);
    if (transfer) store.apply({ kind: 'transfer', transfer: { ...transfer, ...change } });
  }
}

/** @param sentence '' while what had arrived is still being removed */
function cancelled(sentence: string): Transfer['status'] {
  return { state: 'cancelled', sentence };
}

/** "Stopped: access ended 14:05: its time is over." */
function stoppedBecause(why: unknown): string {
  return `Stopped: ${typeof why === 'string' ? why : 'the terminal ended'}.`;
}
