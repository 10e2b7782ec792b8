import { AppError } from '../../protocol/errors.ts';
import type { Store } from '../store.ts';

/** Looks for newer versions of this app, and installs them. */
export class Updates {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** @throws AppError */
  async check(): Promise<void> {
    const why = 'This build of Sallyport knows no release key, so it looks for no updates.';
    this.#store.apply({ kind: 'update', update: { state: 'off', why } });
  }

  /** @throws AppError 'wrong-state' when none is ready */
  async install(): Promise<void> {
    throw new AppError('wrong-state', 'There is no newer version to install.');
  }
}
