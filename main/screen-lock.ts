import { liveGrants, openSessions } from './grants/open-sessions.ts';
import type { Releases } from './grants/releases.ts';
import type { Notice } from './notices.ts';
import type { AppState } from './state.ts';
import type { Store } from './store.ts';

interface ScreenLockOptions {
  store: Store;
  releases: Pick<Releases, 'now'>;
  /** Tells the person something. */
  tell: (notice: Notice) => void;
}

/** What policy ends when this person's screen is locked. Pure. */
export function endsOnLock(state: AppState): string[] {
  return liveGrants(state).filter((grantId) => state.grants.get(grantId)?.onScreenLock === 'end');
}

/** Ends what policy wants ended when the screen is locked, and says so to whoever unlocks it. */
export class ScreenLock {
  readonly #options: ScreenLockOptions;
  #locked = false;
  #times = 0;
  /** `login@target` of what was ended while it was locked. */
  #ended: string[] = [];
  readonly #unsubscribe: () => void;

  constructor(options: ScreenLockOptions) {
    this.#options = options;
    // A grant may begin while the screen is locked: it was approved meanwhile, or its hour has come.
    this.#unsubscribe = options.store.subscribe((state, before) => {
      if (this.#locked && state.grants !== before.grants) this.#endWhatPolicySays();
    });
  }

  get locked(): boolean {
    return this.#locked;
  }

  /** Each may be told more than once. */
  changed(locked: boolean): void {
    if (locked === this.#locked) return;
    this.#locked = locked;
    if (locked) this.#endWhatPolicySays();
    else this.#tellOf(this.#ended.splice(0));
  }

  #endWhatPolicySays(): void {
    const { store, releases } = this.#options;
    for (const grantId of endsOnLock(store.state)) {
      const grant = store.state.grants.get(grantId);
      if (grant) this.#ended.push(`${grant.login}@${grant.target.name}`);
      releases.now(grantId, 'the screen was locked');
    }
  }

  #tellOf(ended: string[]): void {
    const { store, tell } = this.#options;
    this.#times += 1;
    const { count } = openSessions(store.state);
    const open = count === 1 ? '1 session is still open.' : `${count} sessions are still open.`;
    if (ended.length > 0) {
      tell({
        key: `unlocked:${this.#times}`,
        title: `Access ended while the screen was locked`,
        body: `${ended.join(', ')}.${count > 0 ? ` ${open}` : ''}`,
        destination: { page: 'home' },
      });
    } else if (count > 0) {
      tell({
        key: `unlocked:${this.#times}`,
        title: open.slice(0, -1),
        body: `${count === 1 ? 'It' : 'They'} went on while the screen was locked.`,
        destination: { page: 'home' },
      });
    }
  }

  dispose(): void {
    this.#unsubscribe();
  }
}
