import type { Delegation as Given } from '../protocol/model/access.ts';
import type { Call } from './connection/call.ts';
import type { Store } from './store.ts';

interface DelegationOptions {
  store: Store;
  call: Call;
}

/** Having somebody take this person's place as an approver while they are away. */
export class Delegation {
  readonly #options: DelegationOptions;

  constructor(options: DelegationOptions) {
    this.#options = options;
  }

  /** @param standIn person id. @param until epoch ms on the backend's clock. @throws AppError */
  async set(standIn: string, until: number): Promise<void> {
    const mine = await this.#options.call('delegation.set', { body: { standIn, until } });
    this.#know(mine);
  }

  /** @throws AppError */
  async end(): Promise<void> {
    await this.#options.call('delegation.end', {});
    this.#know(null);
  }

  #know(mine: Given | null): void {
    const { store } = this.#options;
    store.apply({ kind: 'delegation', delegation: { ...store.state.delegation, mine } });
  }
}
