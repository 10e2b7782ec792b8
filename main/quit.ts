import { liveGrants, openSessions } from './grants/open-sessions.ts';
import type { Releases } from './grants/releases.ts';
import type { Store } from './store.ts';

/** How long the backend may take to hear of releases before the app ends all the same, ms. */
const RELEASE_MS = 3_000;

interface QuitOptions {
  store: Store;
  releases: Pick<Releases, 'now' | 'told'>;
  /** Shows the question. */
  ask: () => void;
  /** Ends the app; what is open is cut on the way. @param startAgain whether it starts again after it */
  end: (startAgain: boolean) => void;
}

/** Quitting: asks first while sessions are open, and ends grants on the way out where that is wanted. */
export class Quit {
  readonly #options: QuitOptions;
  #ending = false;
  /** What the question is about that was asked last. */
  #startAgain = false;

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

  /** Quits and starts again. The person's word on the question, if it comes to that, is `request`, confirmed. */
  restart(): Promise<void> {
    return this.#leave({ confirmed: false, release: false, startAgain: true });
  }

  /** @param release whether to end the live grants of this person too. */
  request({ confirmed, release }: { confirmed: boolean; release: boolean }): Promise<void> {
    return this.#leave({ confirmed, release, startAgain: confirmed && this.#startAgain });
  }

  async #leave(wish: { confirmed: boolean; release: boolean; startAgain: boolean }): Promise<void> {
    const { store, releases, ask, end } = this.#options;
    const { confirmed, release, startAgain } = wish;
    if (this.#ending) return;
    this.#startAgain = startAgain;
    if (!confirmed && this.asks) return ask();
    this.#ending = true;
    const { state } = store;
    const open = openSessions(state).byGrant;
    const goes = liveGrants(state).filter((id) => release || (open.has(id) && state.grants.get(id)?.endsWithSession));
    for (const grantId of goes) releases.now(grantId, 'Sallyport was quit');
    if (goes.length > 0) await releases.told(RELEASE_MS);
    end(startAgain);
  }
}
