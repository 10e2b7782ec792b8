import { liveGrants, openSessions } from './grants/open-sessions.ts';
import type { Releases } from './grants/releases.ts';
import type { Store } from './store.ts';

/** How long the backend may take to hear of releases before the app ends all the same, ms. */
const RELEASE_MS = 3_000;

interface QuitOptions {
  store: Store;
  releases: Pick<Releases, 'now' | 'told'>;
  /** Shows the question. @param again whether it is about a restart */
  ask: (again: boolean) => void;
  /** Ends the app; what is open is cut on the way. @param again whether it starts again after it */
  end: (again: boolean) => void;
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

/** Quitting: asks first while sessions are open, and ends grants on the way out where that is wanted. */
export class Quit {
  readonly #options: QuitOptions;
  #ending = false;

  constructor(options: QuitOptions) {
    this.#options = options;
  }

  /** Whether the app is on its way out; it is not asked again. */
  get ending(): boolean {
    return this.#ending;
  }

  /** Whether to ask before quitting. */
  get asks(): boolean {
    return !this.#ending && openSessions(this.#options.store.state).count > 0;
  }

  /** Ends the app, or asks about it. */
  async request({ confirmed, release, again }: QuitWish): Promise<void> {
    const { store, releases, ask, end } = this.#options;
    if (this.#ending) return;
    if (!confirmed && this.asks) return ask(again);
    this.#ending = true;
    const { state } = store;
    const open = openSessions(state).byGrant;
    const goes = liveGrants(state).filter((id) => release || (open.has(id) && state.grants.get(id)?.endsWithSession));
    for (const grantId of goes) releases.now(grantId, 'Sallyport was quit');
    if (goes.length > 0) await releases.told(RELEASE_MS);
    end(again);
  }
}
