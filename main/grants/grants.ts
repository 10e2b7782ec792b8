import type { RouteInput } from '../../protocol/api/route.ts';
import type { Routes } from '../../protocol/api/routes.ts';
import { AppError, toFailure } from '../../protocol/errors.ts';
import { cutsAt, type EndReason, type Grant } from '../../protocol/model/grant.ts';
import type { Clock } from '../../protocol/time.ts';
import type { Call } from '../connection/call.ts';
import type { Keys } from '../keys.ts';
import { type AppState, personOf } from '../state.ts';
import type { Store } from '../store.ts';
import type { Certificates, Credential } from './certificates.ts';
import { accessEnded, whyEnded } from './end-words.ts';
import { Expiry } from './expiry.ts';

type Extension = RouteInput<Routes['grants.extend']>['body'];

/** A grant that can't be used here any more. `reason` is null when only this app has lost it (signed out). */
export interface EndedGrant {
  grantId: string;
  reason: EndReason | null;
  sentence: string;
}

interface GrantsOptions extends Omit<ConstructorParameters<typeof Expiry>[0], 'onDraining' | 'onExpired'> {
  store: Store;
  call: Call;
  keys: Keys;
  certificates: Certificates;
  clock: Clock;
  /** Cuts what else the grant owns: its terminals. */
  onEnded: (ended: EndedGrant) => void;
}

/**
 * My grants, from their beginning to their end. A grant ends here when this app's clocks say so or when the backend
 * does, whichever comes first: both change the state, and the change of the state ends what the grant owns, once.
 */
export class Grants {
  readonly #options: GrantsOptions;
  readonly #expiry: Expiry;
  readonly #unsubscribe: () => void;

  constructor(options: GrantsOptions) {
    this.#options = options;
    this.#expiry = new Expiry({
      ...options,
      onDraining: (id) => this.#close(id),
      onExpired: (id) => options.store.apply({ kind: 'grant-expired-here', id }),
    });
    this.#unsubscribe = options.store.subscribe((state, before) => this.#follow(state, before));
  }

  /** Whether something new may be opened with the grant at this moment. Asked at every use. */
  mayUse(grantId: string): boolean {
    return this.#isLive(grantId) && this.#expiry.live(grantId) !== undefined;
  }

  /** Whether bytes of what is open with the grant may pass at this moment, also while it drains. Asked at every byte. */
  mayPass(grantId: string): boolean {
    return this.#isLive(grantId) && this.#expiry.passes(grantId);
  }

  #isLive(grantId: string): boolean {
    const { state } = this.#options.store;
    return state.grants.get(grantId)?.status.state === 'live' && isMine(state, grantId);
  }

  /** Checks every grant against the clocks now: before anything is sent or drawn after a suspend. */
  check(): void {
    this.#expiry.check();
  }

  /** A credential for a new session: makes the key and claims the certificate if need be. @throws AppError */
  async credential(grantId: string): Promise<Credential> {
    const { store, keys, certificates } = this.#options;
    this.#expiry.check();
    const deadline = this.#expiry.live(grantId);
    if (!deadline || !this.#isLive(grantId)) {
      throw new AppError('grant-not-live', 'This access is not open. Ask for it again.');
    }
    if (!keys.has(grantId)) store.apply({ kind: 'key', grantId, fact: { key: 'claiming', problem: null } });
    try {
      const credential = await certificates.get(grantId, deadline);
      if (!this.mayUse(grantId)) throw new AppError('grant-not-live', 'This access has ended.');
      if (store.state.keys.get(grantId)?.key !== 'held') {
        store.apply({ kind: 'key', grantId, fact: { key: 'held', problem: null } });
      }
      return credential;
    } catch (error) {
      // An ended grant has already said that its key is destroyed.
      if (store.state.keys.get(grantId)?.key === 'claiming') {
        keys.destroy(grantId);
        store.apply({ kind: 'key', grantId, fact: { key: 'none', problem: toFailure(error) } });
      }
      throw error;
    }
  }

  /** Asks for more time on a live grant of mine; what is open with it goes on. @throws AppError */
  async extend(grantId: string, more: Extension): Promise<{ id: string }> {
    const request = await this.#options.call('grants.extend', { params: { id: grantId }, body: more });
    this.#options.store.apply({ kind: 'request-changed', request });
    return { id: request.id };
  }

  /** Ends a grant of somebody else. @throws AppError */
  async revoke(grantId: string, reason: string): Promise<void> {
    const grant = await this.#options.call('grants.revoke', { params: { id: grantId }, body: { reason } });
    this.#options.store.apply({ kind: 'grant-changed', grant });
  }

  #follow(state: AppState, before: AppState): void {
    // Who is signed in decides what is mine: another person's grants are not in the new state, or not theirs.
    const clocksMoved = state.clockSkewMs !== before.clockSkewMs;
    if (state.grants === before.grants && state.signIn === before.signIn && !clocksMoved) return;
    for (const grant of state.grants.values()) {
      const known = before.grants.get(grant.id);
      if (grant === known) continue;
      if (grant.status.state !== 'ended' && isMine(state, grant.id)) this.#watch(grant, known);
      else if (known && known.status.state !== 'ended' && isMine(before, grant.id)) this.#end(grant.id, grant);
    }
    for (const id of before.grants.keys()) {
      if (!state.grants.has(id) && isMine(before, id)) this.#end(id, undefined);
    }
    if (clocksMoved) this.#expiry.check();
  }

  #watch(grant: Grant, known: Grant | undefined): void {
    this.#expiry.watch(grant.id, { endsAt: grant.endsAt, cutsAt: cutsAt(grant) });
    // One for the time before is no use: the next use claims one that lasts. What is open needs none.
    if (known && grant.endsAt > known.endsAt) this.#options.certificates.forget(grant.id);
  }

  /** Nothing new is opened with the grant from now on; what is open goes on until it is cut. */
  #close(grantId: string): void {
    const { store, keys, certificates } = this.#options;
    keys.destroy(grantId);
    certificates.forget(grantId);
    store.apply({ kind: 'key', grantId, fact: { key: 'destroyed', problem: null } });
  }

  /** Ends everything a grant owns here: its key, its certificate, its terminals. Doing it twice changes nothing. */
  #end(grantId: string, grant: Grant | undefined): void {
    const { store, keys, certificates, clock, onEnded } = this.#options;
    const held = keys.has(grantId);
    keys.destroy(grantId);
    certificates.forget(grantId);
    this.#expiry.forget(grantId);
    const why = grant ? whyEnded(grant) : store.state.signIn.state === 'signed-in' ? NOT_MINE : 'you signed out';
    const reason = grant?.status.state === 'ended' ? grant.status.reason : null;
    onEnded({ grantId, reason, sentence: accessEnded(clock.now(), why) });
    if (held && grant) store.apply({ kind: 'key', grantId, fact: { key: 'destroyed', problem: null } });
  }

  dispose(): void {
    this.#unsubscribe();
    this.#expiry.dispose();
    this.#options.certificates.dispose();
    this.#options.keys.destroyAll();
  }
}

const NOT_MINE = 'it is not yours any more';

function isMine(state: AppState, grantId: string): boolean {
  const grant = state.grants.get(grantId);
  return grant !== undefined && grant.requester.id === personOf(state)?.id;
}
