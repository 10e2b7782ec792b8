import { AppError } from '../../protocol/errors.ts';
import { cutsAt } from '../../protocol/model/grant.ts';
import type { Log } from '../log.ts';
import { type AppState, personOf } from '../state.ts';
import type { Store } from '../store.ts';
import type { BackendClock } from './backend-clock.ts';
import type { UntoldRelease, UntoldReleases } from './untold-releases.ts';

interface ReleasesOptions {
  store: Store;
  backendClock: Pick<BackendClock, 'now'>;
  /** Tells the backend. @throws AppError */
  release: (grantId: string) => Promise<unknown>;
  untold: UntoldReleases;
  /** Calls `act` once after so many ms; returns the function that calls it off. */
  after: (ms: number, act: () => void) => () => void;
  log: Log;
}

/** Refusals after which asking again changes nothing: it has ended there, or is not ours. */
const FINAL: ReadonlySet<string> = new Set(['wrong-state', 'not-found', 'not-allowed', 'grant-not-live']);
/** A backend that is there and could not take it is asked again after this, ms. */
const AGAIN_MS = 30_000;
/** What the person reads beside a release that the backend cannot have heard yet. */
const TOLD_LATER = 'the backend is told when it can be reached';

/**
 * Ends grants of mine that must end now, whether or not the backend can be reached: here at once, there as soon as it
 * answers to the same person, also after a restart. Nobody who signs in meanwhile finds it live, or tells it.
 */
export class Releases {
  readonly #options: ReleasesOptions;
  readonly #telling = new Map<string, Promise<void>>();
  readonly #unsubscribe: () => void;
  #cancelAgain: (() => void) | undefined;

  constructor(options: ReleasesOptions) {
    this.#options = options;
    this.#unsubscribe = options.store.subscribe((state, before) => this.#follow(state, before));
  }

  /** The person gives it back. @throws AppError when it is none of theirs that is known here, and the backend refuses */
  async byHand(grantId: string): Promise<void> {
    const { store, release } = this.#options;
    const grant = store.state.grants.get(grantId);
    const mine = grant?.requester.id === personOf(store.state)?.id;
    if (!grant || !mine || grant.status.state === 'ended') return void (await release(grantId));
    this.now(grantId, store.state.connection.state === 'online' ? '' : TOLD_LATER);
  }

  /** Ends it here before it returns; what was open is cut. @param note why, for the person */
  now(grantId: string, note: string): void {
    const { store, backendClock, untold, log } = this.#options;
    const { grants, settings } = store.state;
    const grant = grants.get(grantId);
    const personId = personOf(store.state)?.id;
    if (!grant || personId === undefined || grant.status.state === 'ended') return;
    const release = { grantId, personId, backend: settings.backendAddress, until: cutsAt(grant) };
    log.info('ended here', { grantId, because: note });
    store.apply({ kind: 'grant-released-here', id: grantId, at: Math.round(backendClock.now()), note });
    untold.add(release);
    void this.#tell(release);
  }

  /** Resolves when the backend was told of every one, or after so long. */
  async told(withinMs: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, withinMs);
    });
    await Promise.race([Promise.all(this.#telling.values()), late]);
    clearTimeout(timer);
  }

  #follow(state: AppState, before: AppState): void {
    const mine = this.#mine(state);
    if (mine.length === 0) return;
    if (state.grants !== before.grants) this.#endAgain(mine, state);
    if (state.connection.state === 'online' && before.connection.state !== 'online') this.#tellAll();
  }

  #tellAll(): void {
    // By now the backend has said what time it is; this computer's clock alone would not be believed.
    const now = this.#options.backendClock.now();
    for (const release of this.#mine(this.#options.store.state)) {
      if (release.until <= now) this.#options.untold.remove(release);
      else void this.#tell(release);
    }
  }

  #mine(state: AppState): UntoldRelease[] {
    return this.#options.untold.of(personOf(state)?.id, state.settings.backendAddress);
  }

  /** Signing out, or a restart, forgets what was ended here; the backend, which was not told, still calls it live. */
  #endAgain(mine: readonly UntoldRelease[], state: AppState): void {
    for (const { grantId } of mine) {
      const grant = state.grants.get(grantId);
      if (grant && grant.status.state !== 'ended') this.now(grantId, 'it was ended here before');
    }
  }

  #tell(release: UntoldRelease): Promise<void> {
    const { grantId } = release;
    const telling = this.#telling.get(grantId) ?? this.#tellOnce(release).finally(() => this.#telling.delete(grantId));
    this.#telling.set(grantId, telling);
    return telling;
  }

  async #tellOnce(release: UntoldRelease): Promise<void> {
    const { untold, store } = this.#options;
    try {
      await this.#options.release(release.grantId);
      untold.remove(release);
    } catch (error) {
      const final = error instanceof AppError && FINAL.has(error.code);
      // Who is signed in, and where, may have changed while it was told: another backend, or person, knows nothing of it.
      const { state } = store;
      const same = personOf(state)?.id === release.personId && state.settings.backendAddress === release.backend;
      if (final && same) untold.remove(release);
      else this.#again(error);
    }
  }

  #again(error: unknown): void {
    const { store, after, log } = this.#options;
    log.warn('the backend was not told of a release; it is told when it is back', error);
    this.#cancelAgain ??= after(AGAIN_MS, () => {
      this.#cancelAgain = undefined;
      if (store.state.connection.state === 'online') this.#tellAll();
    });
  }

  dispose(): void {
    this.#unsubscribe();
    this.#cancelAgain?.();
  }
}
