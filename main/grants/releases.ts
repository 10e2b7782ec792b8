import { AppError } from '../../protocol/errors.ts';
import type { Log } from '../log.ts';
import { type AppState, personOf } from '../state.ts';
import type { Store } from '../store.ts';
import type { BackendClock } from './backend-clock.ts';

interface ReleasesOptions {
  store: Store;
  backendClock: Pick<BackendClock, 'now'>;
  /** Tells the backend. @throws AppError */
  release: (grantId: string) => Promise<unknown>;
  log: Log;
}

/** Refusals after which asking again changes nothing: it has ended there, or is not ours. */
const FINAL: ReadonlySet<string> = new Set(['wrong-state', 'not-found', 'not-allowed', 'grant-not-live']);

/**
 * Ends grants of mine that must end now, whether or not the backend can be reached: here at once, there as soon as it
 * answers, for as long as the app runs and nobody else signs in. The same person who signs in again does not find it live.
 */
export class Releases {
  readonly #options: ReleasesOptions;
  readonly #untold = new Set<string>();
  /** Whose they are. */
  #whose: string | undefined;
  readonly #telling = new Map<string, Promise<void>>();
  readonly #unsubscribe: () => void;

  constructor(options: ReleasesOptions) {
    this.#options = options;
    this.#unsubscribe = options.store.subscribe((state, before) => this.#follow(state, before));
  }

  /** Ends it here before it returns; what was open is cut. @param note why, for the person */
  now(grantId: string, note: string): void {
    const { store, backendClock, log } = this.#options;
    if (store.state.grants.get(grantId)?.status.state === 'ended') return;
    this.#whose = personOf(store.state)?.id;
    this.#untold.add(grantId);
    log.info('ended here', { grantId, because: note });
    store.apply({ kind: 'grant-released-here', id: grantId, at: Math.round(backendClock.now()), note });
    void this.#tell(grantId);
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
    if (this.#untold.size === 0) return;
    const me = personOf(state)?.id;
    if (me === undefined) return;
    if (me !== this.#whose) this.#untold.clear();
    if (state.grants !== before.grants) this.#endAgain(state);
    if (state.connection.state !== 'online' || before.connection.state === 'online') return;
    for (const grantId of this.#untold) void this.#tell(grantId);
  }

  /** Signing out forgets what was ended here; the backend, which was not told, still calls it live. */
  #endAgain(state: AppState): void {
    for (const grantId of this.#untold) {
      const grant = state.grants.get(grantId);
      if (grant && grant.status.state !== 'ended') this.now(grantId, 'it was ended here before');
    }
  }

  #tell(grantId: string): Promise<void> {
    const telling = this.#telling.get(grantId) ?? this.#tellOnce(grantId).finally(() => this.#telling.delete(grantId));
    this.#telling.set(grantId, telling);
    return telling;
  }

  async #tellOnce(grantId: string): Promise<void> {
    try {
      await this.#options.release(grantId);
      this.#untold.delete(grantId);
    } catch (error) {
      if (error instanceof AppError && FINAL.has(error.code)) this.#untold.delete(grantId);
      else this.#options.log.warn('the backend was not told of a release; it is told when it is back', error);
    }
  }

  dispose(): void {
    this.#unsubscribe();
    this.#untold.clear();
  }
}
