import type { Destination } from '../protocol/ipc/bridge.ts';
import type { Managed } from '../protocol/ipc/managed.ts';
import { type DeepLink, destinationOf, readLink } from './deep-link.ts';
import type { Log } from './log.ts';
import type { Notice } from './notices.ts';
import type { AppState } from './state.ts';
import type { Store } from './store.ts';

/** A page that sends links one after the other must not flood the desktop: one in so many ms, and so many in a minute. */
const APART_MS = 1_000;
const MOST_IN_A_MINUTE = 10;
/** A link waits for a sign-in for this long, ms. */
const PATIENCE_MS = 10 * 60_000;

interface LinkVisitsOptions {
  store: Store;
  /** Resolves when it is known which links the organisation forbids; undefined when it is. */
  untilRead: () => Promise<void> | undefined;
  /** Monotonic clock, ms. */
  now: () => number;
  log: Log;
  /** Shows the popover, there if given. */
  show: (destination?: Destination) => void;
  tell: (notice: Notice) => void;
}

/** Follows the links that other programs open: one at a time, not too often, once somebody is signed in. */
export class LinkVisits {
  readonly #options: LinkVisitsOptions;
  readonly #unsubscribe: () => void;
  /** When links were followed in the last minute. */
  #times: number[] = [];
  #silent = false;
  #waiting: { link: DeepLink; since: number } | undefined;
  #told = 0;

  constructor(options: LinkVisitsOptions) {
    this.#options = options;
    this.#unsubscribe = options.store.subscribe((state) => this.#follow(state));
  }

  /** @param text as the desktop gave it: nothing of it is believed */
  visit(text: string): void {
    const { store, show } = this.#options;
    if (!this.#mayCome()) return;
    const read = readLink(text);
    if ('problem' in read) {
      this.#refuse(read.problem);
      return;
    }
    this.#waiting = { link: read.link, since: this.#options.now() };
    if (!isFollowable(read.link, store.state)) show();
    this.#follow(store.state);
  }

  #mayCome(): boolean {
    const now = this.#options.now();
    this.#times = this.#times.filter((at) => now - at < 60_000);
    const last = this.#times.at(-1);
    if (this.#times.length < MOST_IN_A_MINUTE && (last === undefined || now - last >= APART_MS)) {
      this.#times.push(now);
      this.#silent = false;
      return true;
    }
    // Once: a flood of links must not become a flood of lines.
    if (!this.#silent) this.#options.log.warn('too many links were opened; some are not followed');
    this.#silent = true;
    return false;
  }

  #follow(state: AppState): void {
    const waiting = this.#waiting;
    if (!waiting || !isFollowable(waiting.link, state)) return;
    const reading = this.#options.untilRead();
    if (reading) {
      void reading.then(() => this.#follow(this.#options.store.state));
      return;
    }
    this.#waiting = undefined;
    if (this.#options.now() - waiting.since > PATIENCE_MS) return;
    const forbidden = forbiddenBy(state.managed, waiting.link);
    if (forbidden !== undefined) {
      this.#refuse(forbidden);
      return;
    }
    const destination = destinationOf(waiting.link, state);
    if (destination) this.#options.show(destination);
    else this.#refuse('what it names is not known here, or is not yours');
  }

  #refuse(problem: string): void {
    const { log, tell } = this.#options;
    // Without the link: whoever wrote it would write into our log.
    log.warn(`a link was not followed: ${problem}`);
    this.#told += 1;
    const title = 'Sallyport did not follow a link';
    tell({ key: `link:${this.#told}`, title, body: `Because ${problem}.`, destination: { page: 'home' } });
  }

  dispose(): void {
    this.#unsubscribe();
  }
}

/** Before the first overview it is not known what a link may name; which backend to use is asked before any sign-in. */
function isFollowable(link: DeepLink, state: AppState): boolean {
  return link.kind === 'join' || (state.signIn.state === 'signed-in' && state.known);
}

/** Why the organisation does not let this link be followed, if it does not. */
function forbiddenBy(managed: Managed, link: DeepLink): string | undefined {
  if (managed.deepLinks !== null && !managed.deepLinks.includes(link.kind)) {
    return 'your organisation does not allow links of this kind';
  }
  if (link.kind === 'join' && managed.problem !== null) {
    return 'it cannot be read which backend your organisation wants here';
  }
  if (link.kind === 'join' && managed.enforced.includes('backendAddress')) {
    return 'your organisation says which backend is used here';
  }
  return undefined;
}
