import { paths, type Tokens as TokenReply } from '../../protocol/api/routes.ts';
import { AppError, toFailure } from '../../protocol/errors.ts';
import type { Log } from '../log.ts';
import type { Management } from '../managed/management.ts';
import type { Store } from '../store.ts';
import { type CallbackListener, listenForCallback } from './callback-listener.ts';
import type { KeptSignIn } from './kept-sign-in.ts';
import { newSignInProof } from './pkce.ts';
import type { Surrendered, Tokens } from './tokens.ts';

interface SignInOptions {
  store: Store;
  tokens: Tokens;
  kept: KeptSignIn;
  /** Says which backend it may be, and whether anybody may sign in. */
  management: Pick<Management, 'problem' | 'untilRead'>;
  /** Trades a one-time code for tokens. */
  exchange: (code: string, codeVerifier: string, redirectUri: string) => Promise<TokenReply>;
  /** Tells a backend that the sign-in these tokens are of is over. */
  signOut: (backend: string, tokens: Surrendered) => Promise<unknown>;
  openBrowser: (url: string) => Promise<void>;
  log: Log;
}

/** One try to sign in; another one, or a change of mind, takes its place. */
interface Attempt {
  readonly backend: string;
  listener: CallbackListener | undefined;
}

/** Signing in through the person's own browser, staying signed in, and signing out. */
export class SignIn {
  readonly #options: SignInOptions;
  #attempt: Attempt | undefined;

  constructor(options: SignInOptions) {
    this.#options = options;
  }

  get #backend(): string {
    return this.#options.store.state.settings.backendAddress;
  }

  /** Takes up the sign-in that was kept at rest. Not on the start path: the keychain may ask the person first. */
  async restore(): Promise<void> {
    const { kept, tokens, store, management } = this.#options;
    await management.untilRead;
    // What is kept stays kept until IT has mended it.
    if (management.problem) return;
    const backend = this.#backend;
    const found = backend === '' ? undefined : await kept.read(backend);
    if (found === undefined || store.state.signIn.state !== 'signed-out') return;
    // A keychain may ask for minutes; the token is for the backend it was kept for, not for one chosen meanwhile.
    if (backend !== this.#backend || management.problem) return;
    tokens.takeKept(found.refreshToken);
    // Believed until the backend is reached, which may be later: it can still take the sign-in back.
    store.apply({ kind: 'sign-in', signIn: { state: 'signed-in', person: found.person, keptBy: 'keychain' } });
  }

  /** Opens the browser; resolves when it is open. The outcome shows in the state. @throws AppError */
  async start(): Promise<void> {
    const { store, openBrowser, management } = this.#options;
    if (management.untilRead) await management.untilRead;
    if (management.problem) throw management.problem;
    if (this.#backend === '') {
      throw new AppError('invalid-input', 'Type the address of your Sallyport backend first.', { field: 'address' });
    }
    if (store.state.signIn.state === 'signed-in') throw new AppError('wrong-state', 'You are already signed in.');
    this.#attempt?.listener?.cancel();
    const attempt: Attempt = { backend: this.#backend, listener: undefined };
    this.#attempt = attempt;
    const proof = newSignInProof();
    const listener = await listenForCallback(proof.state).catch((cause: unknown) => {
      if (this.#attempt === attempt) this.cancel();
      throw new AppError('internal', 'This computer has no free port for the browser to come back to.', { cause });
    });
    attempt.listener = listener;
    // Another start, or a change of mind, came while the port was being opened: that one counts.
    if (this.#attempt !== attempt) {
      listener.code.catch(() => undefined);
      return listener.cancel();
    }
    const url = new URL(paths.signIn, attempt.backend);
    url.searchParams.set('redirect_uri', listener.redirectUri);
    url.searchParams.set('code_challenge', proof.challenge);
    url.searchParams.set('state', proof.state);
    store.apply({ kind: 'sign-in', signIn: { state: 'signing-in', url: url.href } });
    void this.#finish(attempt, listener, proof.verifier);
    await openBrowser(url.href).catch((cause: unknown) => {
      // Not the end: the page offers the address to open by hand.
      this.#options.log.warn('the browser could not be opened', cause);
    });
  }

  async #finish(attempt: Attempt, listener: CallbackListener, verifier: string): Promise<void> {
    const { store, tokens, exchange, log } = this.#options;
    try {
      const code = await listener.code;
      const reply = await exchange(code, verifier, listener.redirectUri);
      if (this.#attempt !== attempt) {
        // The person changed their mind while the code was traded: nobody uses what came of it.
        return this.#tellSignOut(attempt.backend, { access: reply.accessToken, refresh: reply.refreshToken });
      }
      this.#attempt = undefined;
      tokens.take(reply);
      await this.signedIn(reply.refreshToken, reply.person);
    } catch (error) {
      if (this.#attempt !== attempt) return;
      this.#attempt = undefined;
      log.warn('the sign-in did not succeed', error);
      store.apply({ kind: 'sign-in', signIn: { state: 'signed-out', problem: toFailure(error) } });
    }
  }

  /** There are new tokens: keeps the refresh token at rest where that is possible, and shows who is signed in. */
  async signedIn(refreshToken: string, person: TokenReply['person']): Promise<void> {
    const { store, tokens, kept } = this.#options;
    const known = store.state.signIn;
    if (known.state === 'signed-in') store.apply({ kind: 'person', person });
    else store.apply({ kind: 'sign-in', signIn: { state: 'signed-in', person, keptBy: 'memory' } });
    const keptBy = await kept.keep({ backend: this.#backend, refreshToken, person });
    const now = store.state.signIn;
    if (now.state === 'signed-in' && tokens.held && now.keptBy !== keptBy) {
      store.apply({ kind: 'sign-in', signIn: { ...now, keptBy } });
    }
    if (!tokens.held) await kept.forget();
  }

  /** The person changed their mind, whether the browser is still open or has just come back. */
  cancel(): void {
    const { store } = this.#options;
    this.#attempt?.listener?.cancel();
    this.#attempt = undefined;
    if (store.state.signIn.state === 'signing-in') {
      store.apply({ kind: 'sign-in', signIn: { state: 'signed-out', problem: null } });
    }
  }

  /**
   * Signs out here before it returns: keys are destroyed, sessions cut. The backend is told after, if it answers.
   * @param why what the person is told, if it was not their own wish
   */
  end(why: AppError | null = null): void {
    const { tokens } = this.#options;
    this.cancel();
    const backend = this.#backend;
    const surrendered = tokens.surrender();
    if (!surrendered) return;
    this.lost(why);
    this.#tellSignOut(backend, surrendered);
  }

  #tellSignOut(backend: string, tokens: Surrendered): void {
    const { signOut, log } = this.#options;
    signOut(backend, tokens).catch((error: unknown) => log.warn('the backend was not told of the sign-out', error));
  }

  /** The sign-in is over, here or by the backend's word: nothing of it stays. */
  lost(reason: AppError | null): void {
    const { tokens, store, kept, log } = this.#options;
    tokens.destroy();
    store.apply({ kind: 'sign-in', signIn: { state: 'signed-out', problem: reason && toFailure(reason) } });
    // Not waited for: a keychain may hold up what was asked of it before.
    kept.forget().catch((error: unknown) => log.warn('the kept sign-in could not be deleted', error));
  }

  dispose(): void {
    this.#attempt?.listener?.cancel();
    this.#attempt = undefined;
    this.#options.tokens.destroy();
  }
}
