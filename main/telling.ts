import type { Scheduler } from '../protocol/time.ts';
import { batchNotice, waitingNotice } from './notice-words.ts';
import { type Notice, newsOf } from './notices.ts';
import { type AppState, personOf } from './state.ts';
import type { Store } from './store.ts';
import { updateNotice } from './updates/update-notice.ts';

/** How many facts are remembered as told. */
const REMEMBERED = 5_000;
/** The requests of a batch come one after the other; they are told in one, this long after the first, ms. */
const BATCH_MS = 400;

interface TellingOptions {
  store: Store;
  now: () => number;
  scheduler: Scheduler;
  /** Shows a notice; returns the function that takes it down. */
  show: (notice: Notice) => () => void;
}

/**
 * Decides what the person is told, and when: each fact once, a batch in one, nothing while they do not want to be
 * disturbed. What came in that time is not told afterwards, except how much still waits.
 */
export class Telling {
  readonly #options: TellingOptions;
  readonly #unsubscribe: () => void;
  readonly #told = new Set<string>();
  readonly #shown = new Map<string, () => void>();
  /** Batches whose requests are still coming in, with what calls their telling off. */
  readonly #gathering = new Map<string, () => void>();
  #missed = false;
  #cancelQuietEnd: () => void = () => undefined;

  constructor(options: TellingOptions) {
    this.#options = options;
    this.#unsubscribe = options.store.subscribe((state, before) => this.#follow(state, before));
    this.#watchQuiet(options.store.state);
  }

  /** Tells something that is no change of the state: that time has come. */
  tell(notice: Notice): void {
    const { store, show } = this.#options;
    if (!this.#isNew(notice.key)) return;
    if (this.#isQuiet(store.state)) this.#missed = true;
    else if (store.state.settings.notifications) {
      this.takeDown(notice.key);
      this.#shown.set(notice.key, show(notice));
    }
  }

  takeDown(key: string): void {
    this.#shown.get(key)?.();
    this.#shown.delete(key);
  }

  #follow(state: AppState, before: AppState): void {
    if (state.settings.doNotDisturbUntil !== before.settings.doNotDisturbUntil) this.#watchQuiet(state);
    const { notices, batches, over } = newsOf(state, before, this.#options.now());
    for (const key of over) {
      this.takeDown(key);
      // Should it hold again, that is another fact.
      this.#told.delete(key);
    }
    for (const notice of notices) this.tell(notice);
    const update = updateNotice(state, before);
    if (update) this.tell(update);
    for (const batchId of batches) this.#gather(batchId);
  }

  #gather(batchId: string): void {
    if (this.#gathering.has(batchId)) return;
    const { store, scheduler, now } = this.#options;
    const tell = (): void => {
      this.#gathering.delete(batchId);
      const me = personOf(store.state);
      const notice = me && batchNotice(store.state, batchId, me, this.#moment(store.state));
      if (notice) this.tell(notice);
    };
    this.#gathering.set(batchId, scheduler.at(now() + BATCH_MS, tell));
  }

  #isQuiet(state: AppState): boolean {
    return state.settings.doNotDisturbUntil > this.#options.now();
  }

  #watchQuiet(state: AppState): void {
    const { scheduler } = this.#options;
    this.#cancelQuietEnd();
    this.#cancelQuietEnd = () => undefined;
    if (this.#isQuiet(state)) {
      this.#cancelQuietEnd = scheduler.at(state.settings.doNotDisturbUntil, () =>
        this.#watchQuiet(this.#options.store.state),
      );
    } else if (this.#missed) {
      this.#missed = false;
      const me = personOf(state);
      const key = `waiting-after:${this.#options.now()}`;
      for (const notice of me ? waitingNotice(state, me, key, this.#moment(state)) : []) this.tell(notice);
    }
  }

  #moment(state: AppState) {
    return { now: this.#options.now(), clockSkewMs: state.clockSkewMs };
  }

  #isNew(key: string): boolean {
    if (this.#told.has(key)) return false;
    this.#told.add(key);
    for (const oldest of this.#told) {
      if (this.#told.size <= REMEMBERED) break;
      this.#told.delete(oldest);
    }
    return true;
  }

  dispose(): void {
    this.#unsubscribe();
    this.#cancelQuietEnd();
    for (const cancel of this.#gathering.values()) cancel();
    for (const takeDown of this.#shown.values()) takeDown();
    this.#shown.clear();
  }
}
