import type { Drafts as Kept } from '../protocol/ipc/drafts.ts';
import { personOf } from './state.ts';
import type { Store } from './store.ts';

const NONE: Kept = { asks: {}, decisions: {} };

/**
 * Forms that were not sent, for the popover that comes after this one. In memory only, and only while the person who
 * wrote them is signed in.
 */
export class Drafts {
  readonly #store: Store;
  readonly #unsubscribe: () => void;
  #kept = NONE;

  constructor(store: Store) {
    this.#store = store;
    this.#unsubscribe = store.subscribe((state, before) => {
      if (personOf(state)?.id !== personOf(before)?.id) this.#kept = NONE;
    });
  }

  show(): Kept {
    return this.#kept;
  }

  keep(drafts: Kept): void {
    if (personOf(this.#store.state)) this.#kept = drafts;
  }

  dispose(): void {
    this.#unsubscribe();
    this.#kept = NONE;
  }
}
