import type { ExternalSession } from '../../protocol/ipc/snapshot.ts';
import type { EndReason, Grant } from '../../protocol/model/grant.ts';
import type { ClosedBy } from '../ssh-access/relay.ts';
import type { Store } from '../store.ts';
import { title, type WayInEvents } from './way-in.ts';

/** How long the news of why a grant ended may come after the gateway's cut, ms. */
const NEWS_MS = 1_000;
const CLOSED: Readonly<Record<ClosedBy, string>> = {
  client: 'the program closed the connection',
  server: 'the other end closed the connection',
  app: 'Sallyport closed the connection',
};

interface ExternalSshOptions {
  store: Store;
  nextId: () => string;
  now: () => number;
  newsMs?: number;
}

/**
 * The sessions that programs opened by the ssh configuration, as the state shows them. A connection is none before our
 * agent has signed a login: anybody on this computer can connect to the port and hang up again.
 */
export class ExternalSsh {
  readonly #options: ExternalSshOptions;
  /** Those that are open, by grant. */
  readonly #open = new Map<string, Set<ExternalSession>>();

  constructor(options: ExternalSshOptions) {
    this.#options = options;
  }

  /** What to tell of one grant's connections, by their number, and of the logins its agent signed. */
  of(grant: Grant): Pick<WayInEvents, 'onConnection' | 'onSigned' | 'onClosed'> {
    const byNumber = new Map<number, ExternalSession>();
    const unsigned = new Set<number>();
    return {
      onConnection: (number) => unsigned.add(number),
      // Which of them logs in cannot be seen from here: an idle one of a stranger may be counted with it.
      onSigned: () => {
        for (const number of unsigned) byNumber.set(number, this.#opened(grant));
        unsigned.clear();
      },
      onClosed: (number, by) => {
        unsigned.delete(number);
        const session = byNumber.get(number);
        byNumber.delete(number);
        if (session) this.#closed(session, by);
      },
    };
  }

  #opened(grant: Grant): ExternalSession {
    const { store, nextId, now } = this.#options;
    const session: ExternalSession = {
      ...{ id: nextId(), grantId: grant.id, title: title(grant), program: 'ssh', openedAt: now() },
      status: { state: 'open' },
    };
    const open = this.#open.get(grant.id) ?? new Set();
    this.#open.set(grant.id, open.add(session));
    store.apply({ kind: 'external-session', session });
    return session;
  }

  /** When the other end cut it, the reason is on its way by the event stream. */
  #closed(session: ExternalSession, by: ClosedBy): void {
    const over = (): void => this.#end(session, null, CLOSED[by]);
    if (by === 'client') over();
    else setTimeout(over, this.#options.newsMs ?? NEWS_MS).unref();
  }

  /** The grant is over, and so are they. */
  ends(grantId: string, reason: EndReason | null, sentence: string): void {
    for (const session of [...(this.#open.get(grantId) ?? [])]) this.#end(session, reason, sentence);
  }

  #end(session: ExternalSession, reason: EndReason | null, sentence: string): void {
    const open = this.#open.get(session.grantId);
    if (!open?.delete(session)) return;
    if (open.size === 0) this.#open.delete(session.grantId);
    const { store, now } = this.#options;
    // Whoever signed out has no list of theirs any more.
    if (!store.state.externalSessions.some(({ id }) => id === session.id)) return;
    const status = { state: 'ended', reason, sentence, at: now() } as const;
    store.apply({ kind: 'external-session', session: { ...session, status } });
  }
}
