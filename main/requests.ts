import type { RouteInput } from '../protocol/api/route.ts';
import type { Routes } from '../protocol/api/routes.ts';
import type { DryRun } from '../protocol/model/access.ts';
import type { Call } from './connection/call.ts';
import { type AppState, personOf } from './state.ts';
import type { Store } from './store.ts';

type Ask = RouteInput<Routes['requests.create']>['body'];
type Word = RouteInput<Routes['requests.decide']>['body'];

interface RequestsOptions {
  store: Store;
  call: Call;
  /** A request that should open a terminal was approved. */
  openTerminal: (grantId: string) => void;
}

/** Asking, and deciding what others ask. Each is one call; its answer is taken into the state before the event comes. */
export class Requests {
  readonly #options: RequestsOptions;
  readonly #unsubscribe: () => void;
  /** Requests whose grant shall open a terminal. In memory only: a restarted app opens nothing by itself. */
  readonly #toOpen = new Set<string>();

  constructor(options: RequestsOptions) {
    this.#options = options;
    this.#unsubscribe = options.store.subscribe((state) => this.#openWhatWasWaitedFor(state));
  }

  dryRun(ask: Ask): Promise<DryRun> {
    return this.#options.call('requests.dryRun', { body: ask });
  }

  async create(ask: Ask, openTerminal: boolean): Promise<{ id: string }> {
    const { call, store } = this.#options;
    const request = await call('requests.create', { body: ask });
    if (openTerminal) this.#toOpen.add(request.id);
    store.apply({ kind: 'request-changed', request });
    this.#openWhatWasWaitedFor(store.state);
    return { id: request.id };
  }

  async cancel(id: string): Promise<void> {
    const request = await this.#options.call('requests.cancel', { params: { id } });
    this.#options.store.apply({ kind: 'request-changed', request });
  }

  async decide(id: string, word: Word): Promise<void> {
    const request = await this.#options.call('requests.decide', { params: { id }, body: word });
    this.#options.store.apply({ kind: 'request-changed', request });
  }

  #openWhatWasWaitedFor(state: AppState): void {
    if (this.#toOpen.size === 0) return;
    const me = personOf(state);
    if (!me) this.#toOpen.clear();
    for (const id of this.#toOpen) {
      const request = state.requests.get(id);
      if (request && request.state !== 'pending' && request.state !== 'approved') this.#toOpen.delete(id);
    }
    for (const grant of state.grants.values()) {
      if (grant.requester.id !== me?.id || !this.#toOpen.has(grant.requestId) || grant.status.state !== 'live')
        continue;
      this.#toOpen.delete(grant.requestId);
      this.#options.openTerminal(grant.id);
    }
  }

  dispose(): void {
    this.#unsubscribe();
  }
}
