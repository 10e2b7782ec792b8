import type { Grant } from '../../protocol/model/grant.ts';
import { endingNotice } from '../notice-words.ts';
import type { Notice } from '../notices.ts';
import { type AppState, personOf } from '../state.ts';
import type { Store } from '../store.ts';
import type { BackendClock } from './backend-clock.ts';

/** How long before the end a person is told, ms. */
const LEADS_MS = [10 * 60_000, 5 * 60_000, 60_000] as const;
/** How often it is looked whether one is due, ms. */
const LOOK_MS = 1_000;

/**
 * How long before its end a grant's holder is told: a warning of half the whole time would be none. Pure.
 * @returns ms, the longest first
 */
export function warningLeads(grant: Pick<Grant, 'startsAt' | 'endsAt'>): number[] {
  return LEADS_MS.filter((lead) => grant.endsAt - grant.startsAt >= 2 * lead);
}

/** The last warning whose moment has come, ms before the end; undefined when none has, or all is over. Pure. */
export function dueWarning(grant: Pick<Grant, 'startsAt' | 'endsAt'>, backendNow: number): number | undefined {
  const left = grant.endsAt - backendNow;
  if (left <= 0) return undefined;
  return warningLeads(grant)
    .filter((lead) => left <= lead)
    .at(-1);
}

interface WarningsOptions {
  store: Store;
  backendClock: Pick<BackendClock, 'now'>;
  /** Calls `act` every so many ms; returns the function that stops it. */
  every: (ms: number, act: () => void) => () => void;
  tell: (notice: Notice) => void;
  takeDown: (key: string) => void;
}

interface Watched {
  readonly endsAt: number;
  /** The last warning that was told or that lay in the past already, ms before the end. */
  told: number;
  shown: string | undefined;
}

/** Tells the holder of a grant that it is about to end; each warning once, anew when the grant gets more time. */
export class Warnings {
  readonly #options: WarningsOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #unsubscribe: () => void;
  #stopLooking: (() => void) | undefined;

  constructor(options: WarningsOptions) {
    this.#options = options;
    this.#unsubscribe = options.store.subscribe((state, before) => {
      if (state.grants !== before.grants || state.signIn !== before.signIn) this.#follow(state);
    });
  }

  #follow(state: AppState): void {
    const { backendClock } = this.#options;
    const me = personOf(state);
    for (const [grantId, watched] of [...this.#watched]) {
      const grant = state.grants.get(grantId);
      const same = grant && isOpen(grant) && grant.requester.id === me?.id && grant.endsAt === watched.endsAt;
      if (!same) this.#forget(grantId, watched);
    }
    for (const grant of state.grants.values()) {
      if (!isOpen(grant) || grant.requester.id !== me?.id || this.#watched.has(grant.id)) continue;
      // What is learnt of now needs no warning that is late already; the next one comes.
      const told = dueWarning(grant, backendClock.now()) ?? Number.POSITIVE_INFINITY;
      this.#watched.set(grant.id, { endsAt: grant.endsAt, told, shown: undefined });
    }
    if (this.#watched.size > 0) this.#stopLooking ??= this.#options.every(LOOK_MS, () => this.check());
    else this.#stop();
  }

  /** Tells what is due. Called by the ticker, and after a suspend: of several that were slept through, the last. */
  check(): void {
    const { store, backendClock, tell } = this.#options;
    const now = backendClock.now();
    for (const [grantId, watched] of this.#watched) {
      const grant = store.state.grants.get(grantId);
      if (!grant) continue;
      if (now >= grant.endsAt) this.#takeDown(watched);
      const due = dueWarning(grant, now);
      if (due === undefined || due >= watched.told) continue;
      watched.told = due;
      this.#takeDown(watched);
      watched.shown = `ends:${grantId}:${grant.endsAt}:${due}`;
      tell(endingNotice(grant, watched.shown, grant.endsAt - now));
    }
  }

  #forget(grantId: string, watched: Watched): void {
    this.#takeDown(watched);
    this.#watched.delete(grantId);
  }

  #takeDown(watched: Watched): void {
    if (watched.shown === undefined) return;
    this.#options.takeDown(watched.shown);
    watched.shown = undefined;
  }

  #stop(): void {
    this.#stopLooking?.();
    this.#stopLooking = undefined;
  }

  dispose(): void {
    this.#unsubscribe();
    this.#stop();
    for (const [grantId, watched] of [...this.#watched]) this.#forget(grantId, watched);
  }
}

function isOpen(grant: Grant): boolean {
  return grant.status.state === 'live';
}
