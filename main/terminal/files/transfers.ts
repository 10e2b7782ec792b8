import { AppError, toFailure } from '../../../protocol/errors.ts';
import type { Transfer } from '../../../protocol/ipc/snapshot.ts';
import type { Store } from '../../store.ts';
import { progress } from './progress.ts';

/** What a transfer is given while it runs. */
export interface Task {
  /** Aborted with the reason why it must stop. */
  readonly signal: AbortSignal;
  /** Throws when nothing may pass; asked before each piece. */
  check(): void;
  /** How much there is in all, once that is known, bytes. */
  total(bytes: number): void;
  /** So many bytes more have passed. */
  moved(bytes: number): void;
}

interface Job extends Pick<Transfer, 'terminalId' | 'direction' | 'name' | 'totalBytes'> {
  /** The end of the terminal. */
  signal: AbortSignal;
  check: () => void;
  /** Resolves with what there is to say of it, '' for nothing. */
  run: (task: Task) => Promise<string>;
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
    this.#show(transfer);
    // Also one that still waits for its turn goes at once.
    stop.signal.addEventListener('abort', () => this.#show({ ...transfer, status: { state: 'cancelled' } }));
    const before = this.#queues.get(terminalId) ?? Promise.resolve();
    const turn = before.then(() => this.#run(job, transfer, stop));
    this.#queues.set(terminalId, turn);
    void turn.then(() => {
      if (this.#queues.get(terminalId) === turn) this.#queues.delete(terminalId);
    });
  }

  async #run(job: Job, transfer: Transfer, stop: AbortController): Promise<void> {
    const signal = AbortSignal.any([stop.signal, job.signal]);
    let shown = transfer;
    const show = (change: Partial<Transfer>): void => {
      shown = { ...shown, ...change };
      this.#show(shown);
    };
    const told = progress((bytes) => {
      if (!signal.aborted) show({ bytes });
    });
    const task: Task = {
      signal,
      check: () => {
        signal.throwIfAborted();
        job.check();
      },
      total: (totalBytes) => show({ totalBytes }),
      moved: (bytes) => told.add(bytes),
    };
    try {
      task.check();
      const sentence = await job.run(task);
      show({ bytes: told.bytes, totalBytes: told.bytes, status: { state: 'done', sentence } });
    } catch (error) {
      if (stop.signal.reason !== CANCELLED)
        show({ bytes: told.bytes, status: { state: 'failed', problem: this.#problem(job, error) } });
    } finally {
      this.#stops.delete(transfer.id);
    }
  }

  #problem(job: Job, error: unknown) {
    // The terminal's end is the cause of whatever else went wrong.
    if (job.signal.aborted) return toFailure(new AppError('grant-not-live', stoppedBecause(job.signal.reason)));
    this.#options.onProblem(error);
    return toFailure(error);
  }

  cancel(id: string): void {
    this.#stops.get(id)?.abort(CANCELLED);
  }

  #show(transfer: Transfer): void {
    const { store } = this.#options;
    // A closed terminal shows nothing.
    if (store.state.terminals.some((t) => t.id === transfer.terminalId)) store.apply({ kind: 'transfer', transfer });
  }
}

/** "Stopped: access ended 14:05: its time is over." */
function stoppedBecause(why: unknown): string {
  return `Stopped: ${typeof why === 'string' ? why : 'the terminal ended'}.`;
}
