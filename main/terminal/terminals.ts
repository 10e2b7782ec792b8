import { AppError } from '../../protocol/errors.ts';
import { gatewayPrincipal } from '../../protocol/model/target.ts';
import type { Credential } from '../grants/certificates.ts';
import type { EndedGrant } from '../grants/grants.ts';
import type { Store } from '../store.ts';
import type { TerminalPort } from './port.ts';
import { TerminalSession } from './session.ts';
import type { Size } from './shell.ts';

interface TerminalsOptions {
  store: Store;
  credential: (grantId: string) => Promise<Credential>;
  mayUse: (grantId: string) => boolean;
  /** Shows the window of the terminals, at this one. */
  show: (terminalId: string) => void;
  /** The last terminal was closed. */
  onNone: () => void;
  now: () => number;
  onProblem: (error: unknown) => void;
}

/** The built-in terminals, each a tab. Reconnecting is a new terminal. */
export class Terminals {
  readonly #options: TerminalsOptions;
  readonly #sessions = new Map<string, { grantId: string; session: TerminalSession }>();
  #lastNumber = 0;

  constructor(options: TerminalsOptions) {
    this.#options = options;
  }

  /** Opens a terminal for a grant that lives, and shows it. @throws AppError 'grant-not-live' */
  open(grantId: string): { id: string } {
    const { store, credential, mayUse, show, now, onProblem } = this.#options;
    const grant = store.state.grants.get(grantId);
    if (!grant || !mayUse(grantId)) {
      throw new AppError('grant-not-live', 'This access is not open. Ask for it again.');
    }
    this.#lastNumber += 1;
    const id = `term-${this.#lastNumber}`;
    const title = gatewayPrincipal(grant.login, grant.target.name);
    const terminal = { id, grantId, title, endsAt: grant.endsAt };
    store.apply({ kind: 'terminal', terminal: { ...terminal, status: { state: 'opening' } } });
    const session = new TerminalSession({
      credential: () => credential(grantId),
      mayUse: () => mayUse(grantId),
      setStatus: (status) => store.apply({ kind: 'terminal', terminal: { ...terminal, status } }),
      now,
      onProblem,
    });
    this.#sessions.set(id, { grantId, session });
    show(id);
    return { id };
  }

  /** @throws AppError 'not-found' */
  attach(id: string, size: Size, port: () => TerminalPort): void {
    const held = this.#sessions.get(id);
    if (!held) throw new AppError('not-found', 'This terminal is closed.');
    held.session.attach(port(), size);
  }

  /** Closes a tab; what runs in it is cut. */
  close(id: string): void {
    const held = this.#sessions.get(id);
    if (!held) return;
    this.#sessions.delete(id);
    held.session.dispose();
    this.#options.store.apply({ kind: 'terminal-closed', id });
    if (this.#sessions.size === 0) this.#options.onNone();
  }

  closeAll(): void {
    for (const id of [...this.#sessions.keys()]) this.close(id);
  }

  /** Cuts every terminal of a grant that is over. The tabs stay, to say why. */
  cut({ grantId, reason, sentence }: EndedGrant): void {
    for (const held of this.#sessions.values()) if (held.grantId === grantId) held.session.cut(reason, sentence);
  }

  dispose(): void {
    this.closeAll();
  }
}
