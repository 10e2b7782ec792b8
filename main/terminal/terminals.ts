import { AppError } from '../../protocol/errors.ts';
import type { Terminal } from '../../protocol/ipc/snapshot.ts';
import type { Grant } from '../../protocol/model/grant.ts';
import { gatewayPrincipal } from '../../protocol/model/target.ts';
import type { Credential } from '../grants/certificates.ts';
import type { EndedGrant } from '../grants/grants.ts';
import { mayConnectIn, terminalRefused } from '../managed/in-force.ts';
import type { AppState } from '../state.ts';
import type { Store } from '../store.ts';
import { movedByClosing } from './placement.ts';
import type { TerminalPort } from './port.ts';
import { TerminalSession } from './session.ts';
import type { Size } from './shell.ts';

interface TerminalsOptions {
  store: Store;
  credential: (grantId: string) => Promise<Credential>;
  /** Whether something new may be opened with the grant. */
  mayUse: (grantId: string) => boolean;
  /** Whether bytes of what is open may pass: while a grant drains, longer than `mayUse`. */
  mayPass: (grantId: string) => boolean;
  /** Shows the window of the terminals, at this one. */
  show: (terminalId: string) => void;
  /** The last terminal was closed. */
  onNone: () => void;
  now: () => number;
  onProblem: (error: unknown) => void;
}

/** Where a new terminal stands. */
export interface Place {
  beside: Terminal['beside'];
  /** An ended terminal that is opened again. */
  replaces: string | null;
}

const ALONE: Place = { beside: null, replaces: null };

/** The built-in terminals, each a tab or a pane of one. */
export class Terminals {
  readonly #options: TerminalsOptions;
  readonly #sessions = new Map<string, { grantId: string; session: TerminalSession }>();
  readonly #unsubscribe: () => void;
  #lastNumber = 0;

  constructor(options: TerminalsOptions) {
    this.#options = options;
    this.#unsubscribe = options.store.subscribe((state, before) => this.#follow(state, before));
  }

  /** Opens a terminal for a grant that lives, and shows it. @throws AppError */
  open(grantId: string, { beside, replaces }: Place = ALONE): { id: string } {
    const { store, mayUse, show } = this.#options;
    const grant = store.state.grants.get(grantId);
    if (!grant || !mayUse(grantId)) {
      throw new AppError('grant-not-live', 'This access is not open. Ask for it again.');
    }
    // The gateway refuses it too; a direct target knows nothing of the role.
    if (!grant.limits.shell) throw new AppError('not-allowed', 'This access does not include a shell.');
    const { terminals } = store.state.managed;
    if (!mayConnectIn(terminals, 'built-in')) throw terminalRefused(terminals ?? []);
    if (beside !== null) this.#known(beside.id);
    const old = replaces === null ? undefined : this.#over(replaces);
    this.#lastNumber += old ? 0 : 1;
    const id = old?.id ?? `term-${this.#lastNumber}`;
    this.#sessions.get(id)?.session.dispose();
    const title = gatewayPrincipal(grant.login, grant.target.name);
    const place = old?.beside ?? beside;
    const status = { state: 'opening' } as const;
    store.apply({ kind: 'terminal', terminal: { id, beside: place, grantId, title, endsAt: grant.endsAt, status } });
    this.#sessions.set(id, { grantId, session: this.#start(id, grant) });
    show(id);
    return { id };
  }

  #start(id: string, grant: Grant): TerminalSession {
    const { credential, mayPass, now, onProblem } = this.#options;
    const session: TerminalSession = new TerminalSession({
      credential: () => credential(grant.id),
      mayPass: () => mayPass(grant.id),
      setStatus: (status) => {
        // One that was replaced has no more to say.
        if (this.#sessions.get(id)?.session === session) this.#change(id, { status });
      },
      now,
      onProblem,
    });
    return session;
  }

  /** @throws AppError 'not-found' */
  attach(id: string, size: Size, port: () => TerminalPort): void {
    this.#held(id).session.attach(port(), size);
  }

  /** The connection of an open terminal. @throws AppError 'not-found' or 'wrong-state' */
  connection(id: string): { grantId: string } & ReturnType<TerminalSession['open']> {
    const { grantId, session } = this.#held(id);
    return { grantId, ...session.open() };
  }

  /** Closes a tab or pane; what runs in it is cut. */
  close(id: string): void {
    const held = this.#sessions.get(id);
    if (!held) return;
    const { store, onNone } = this.#options;
    this.#sessions.delete(id);
    held.session.dispose();
    for (const terminal of movedByClosing(store.state.terminals, id)) store.apply({ kind: 'terminal', terminal });
    store.apply({ kind: 'terminal-closed', id });
    if (this.#sessions.size === 0) onNone();
  }

  closeAll(): void {
    for (const id of [...this.#sessions.keys()]) this.close(id);
  }

  /** Cuts every terminal of a grant that is over. The tabs stay, to say why. */
  cut({ grantId, reason, sentence }: EndedGrant): void {
    for (const held of this.#sessions.values()) if (held.grantId === grantId) held.session.cut(reason, sentence);
  }

  /** A grant that was made longer ends later in its terminals too. */
  #follow(state: AppState, before: AppState): void {
    if (state.grants === before.grants) return;
    for (const { id, grantId, endsAt, status } of state.terminals) {
      const ends = state.grants.get(grantId)?.endsAt;
      const runs = status.state === 'open' || status.state === 'opening';
      if (runs && ends !== undefined && ends !== endsAt) this.#change(id, { endsAt: ends });
    }
  }

  #change(id: string, change: Partial<Terminal>): void {
    const { store } = this.#options;
    const terminal = store.state.terminals.find((t) => t.id === id);
    if (terminal) store.apply({ kind: 'terminal', terminal: { ...terminal, ...change } });
  }

  #known(id: string): Terminal {
    const terminal = this.#options.store.state.terminals.find((t) => t.id === id);
    if (!terminal) throw closed();
    return terminal;
  }

  #over(id: string): Terminal {
    const terminal = this.#known(id);
    const { state } = terminal.status;
    if (state === 'ended' || state === 'failed') return terminal;
    throw new AppError('wrong-state', 'This terminal has not ended.');
  }

  #held(id: string): { grantId: string; session: TerminalSession } {
    const held = this.#sessions.get(id);
    if (!held) throw closed();
    return held;
  }

  dispose(): void {
    this.#unsubscribe();
    this.closeAll();
  }
}

function closed(): AppError {
  return new AppError('not-found', 'This terminal is closed.');
}
