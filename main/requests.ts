import type { RouteInput } from '../protocol/api/route.ts';
import type { Routes } from '../protocol/api/routes.ts';
import type { Failure } from '../protocol/errors.ts';
import type { DryRun, ShownFacts } from '../protocol/model/access.ts';
import type { AccessRequest } from '../protocol/model/request.ts';
import type { Call } from './connection/call.ts';
import { type AppState, personOf } from './state.ts';
import type { Store } from './store.ts';

type Ask = RouteInput<Routes['requests.create']>['body'];
type BatchAsk = RouteInput<Routes['requests.createBatch']>['body'];
type Amendment = RouteInput<Routes['requests.amend']>['body'];
type Word = RouteInput<Routes['requests.decide']>['body'];
type Words = RouteInput<Routes['requests.decideMany']>['body']['decisions'];

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
    const request = await this.#options.call('requests.create', { body: ask });
    this.#asked([request], openTerminal);
    return { id: request.id };
  }

  /** Asks for several targets, all of them or none. */
  async createBatch(ask: BatchAsk, openTerminal: boolean): Promise<{ ids: string[] }> {
    const { requests } = await this.#options.call('requests.createBatch', { body: ask });
    this.#asked(requests, openTerminal);
    return { ids: requests.map((r) => r.id) };
  }

  /** Changes what a pending request of mine asks for; approvals given so far no longer count. */
  async amend(id: string, ask: Amendment): Promise<void> {
    this.#know(await this.#options.call('requests.amend', { params: { id }, body: ask }));
  }

  /** What an approver should know before they decide. */
  facts(id: string): Promise<ShownFacts> {
    return this.#options.call('requests.facts', { params: { id } });
  }

  async cancel(id: string): Promise<void> {
    this.#know(await this.#options.call('requests.cancel', { params: { id } }));
  }

  async decide(id: string, word: Word): Promise<void> {
    this.#know(await this.#options.call('requests.decide', { params: { id }, body: word }));
  }

  /** Decides several; each stands or fails by itself. */
  async decideMany(decisions: Words): Promise<{ problems: { id: string; problem: Failure }[] }> {
    const { results } = await this.#options.call('requests.decideMany', { body: { decisions } });
    const problems: { id: string; problem: Failure }[] = [];
    for (const { id, request, problem } of results) {
      if (request) this.#know(request);
      if (problem) problems.push({ id, problem: { code: problem.code, message: problem.detail } });
    }
    return { problems };
  }

  #asked(requests: AccessRequest[], openTerminal: boolean): void {
    for (const request of requests) {
      if (openTerminal) this.#toOpen.add(request.id);
      this.#know(request);
    }
    this.#openWhatWasWaitedFor(this.#options.store.state);
  }

  #know(request: AccessRequest): void {
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
