import { liveGrants, openSessions } from './grants/open-sessions.ts';
import type { Releases } from './grants/releases.ts';
import { endsOnLock } from './screen-lock.ts';
import type { Store } from './store.ts';

/** How long the backend may take to hear of releases before the app ends all the same, ms. */
const RELEASE_MS = 3_000;
/** The same where the system ends the app, or the session of the desktop: it does not wait for long, ms. */
const RELEASE_AT_ONCE_MS = 2_000;

interface QuitOptions {
  store: Store;
  releases: Pick<Releases, 'now' | 'told'>;
  /** Cuts what is open and destroys the keys, now and for good. */
  cut: () => void;
  /** Shows the question. @param again whether it is about a restart */
  ask: (again: boolean) => void;
  /** Ends the app. @param again whether it starts again after it */
  end: (again: boolean) => void;
  /** Ends the app, as the system wants. */
  endAtOnce: () => void;
}

/** How the app is to go. */
export interface QuitWish {
  /** The person has answered the question. */
  confirmed: boolean;
  /** Whether to end the live grants of this person too. */
  release: boolean;
  /** Whether to start again after it, as a newer version where one is ready. */
  again: boolean;
}

/*
 *  running ──request, leave──► ending (cut, backend being told) ──told, or too late──► ended
 *     └─► asks ─┘
 */

/** Quitting: asks first while sessions are open, and ends grants on the way out where that is wanted. */
export class Quit {
  readonly #options: QuitOptions;
  #state: 'running' | 'ending' | 'ended' = 'running';

  constructor(options: QuitOptions) {
    this.#options = options;
  }

  /** Whether the app is on its way out; it is not asked again. */
  get ending(): boolean {
    return this.#state !== 'running';
  }

  /** Whether nothing is left to be done before the process ends. */
  get ended(): boolean {
    return this.#state === 'ended';
  }

  /** Whether to ask before quitting. */
  get asks(): boolean {
    return !this.ending && openSessions(this.#options.store.state).count > 0;
  }

  /** Ends the app, or asks about it. */
  async request({ confirmed, release, again }: QuitWish): Promise<void> {
    const { store, ask, end } = this.#options;
    if (this.ending) return;
    if (!confirmed && this.asks) return ask(again);
    const goes = release ? liveGrants(store.state) : this.#withTheirSession();
    try {
      await this.#go(goes, 'Sallyport was quit', RELEASE_MS);
    } finally {
      end(again);
    }
  }

  /**
   * The system ends the app: a signal, a shutdown, a logout. Nobody is asked. What policy ends when the screen is locked
   * ends now too: nobody is at the desk.
   */
  async leave(): Promise<void> {
    if (this.ending) return;
    const goes = new Set([...this.#withTheirSession(), ...endsOnLock(this.#options.store.state)]);
    try {
      await this.#go([...goes], 'Sallyport was ended', RELEASE_AT_ONCE_MS);
    } finally {
      this.#options.endAtOnce();
    }
  }

  /** Live grants that end with their session, if one is open. */
  #withTheirSession(): string[] {
    const { state } = this.#options.store;
    const open = openSessions(state).byGrant;
    return liveGrants(state).filter((id) => open.has(id) && state.grants.get(id)?.endsWithSession);
  }

  async #go(goes: readonly string[], why: string, withinMs: number): Promise<void> {
    const { releases, cut } = this.#options;
    this.#state = 'ending';
    // Whatever fails of it, the rest is done, and the app ends: nothing else would end it any more.
    try {
      try {
        for (const grantId of goes) releases.now(grantId, why);
      } finally {
        cut();
      }
      if (goes.length > 0) await releases.told(withinMs);
    } finally {
      this.#state = 'ended';
    }
  }
}
