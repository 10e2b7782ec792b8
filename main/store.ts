import { type AppState, apply, type Change } from './state.ts';

/** Told after each change, with the state before it. */
export type Listener = (state: AppState, before: AppState, change: Change) => void;

/** Holds the state, and tells listeners of every change in order, also of changes that listeners make. */
export class Store {
  #state: AppState;
  #revision = 0;
  #telling = false;
  readonly #listeners = new Set<Listener>();
  readonly #untold: [AppState, AppState, Change][] = [];
  readonly #onListenerError: (error: unknown) => void;

  constructor(first: AppState, onListenerError: (error: unknown) => void) {
    this.#state = first;
    this.#onListenerError = onListenerError;
  }

  get state(): AppState {
    return this.#state;
  }

  /** Grows with each change. */
  get revision(): number {
    return this.#revision;
  }

  apply(change: Change): void {
    const before = this.#state;
    const after = apply(before, change);
    if (after === before) return;
    this.#state = after;
    this.#revision += 1;
    this.#untold.push([after, before, change]);
    if (this.#telling) return;
    this.#telling = true;
    for (let next = this.#untold.shift(); next; next = this.#untold.shift()) this.#tell(...next);
    this.#telling = false;
  }

  #tell(...what: [AppState, AppState, Change]): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(...what);
      } catch (error) {
        // One drawing that fails must not keep the others, or the cut of a session, from happening.
        this.#onListenerError(error);
      }
    }
  }

  /** Returns the function that stops it. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
