import { paths, type Tokens as TokenReply } from '../../protocol/api/routes.ts';
import { AppError, toFailure } from '../../protocol/errors.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store.ts';
import { type CallbackListener, listenForCallback } from './callback-listener.ts';
import type { KeptSignIn } from './kept-sign-in.ts';
import { newSignInProof } from './pkce.ts';
import type { Tokens } from './tokens.ts';

interface SignInOptions {
  store: Store;
  tokens: Tokens;
  kept: KeptSignIn;
  /** Trades a one-time code for tokens. */
  exchange: (code: string, codeVerifier: string, redirectUri: string) => Promise<TokenReply>;
  /** Tells the backend that this sign-in is over. */
  signOut: () => Promise<unknown>;
  openBrowser: (url: string) => Promise<void>;
  log: Log;
}

/** Signing in through the person's own browser, staying signed in, and signing out. */
export class SignIn {
  readonly #options: SignInOptions;
  #listener: CallbackListener | undefined;

  constructor(options: SignInOptions) {
    this.#options = options;
  }

  get #backend(): string {
    return this.#options.store.state.settings.backendAddress;
  }

  /** Takes up the sign-in that was kept at rest. Not on the start path: the keychain may ask the person first. */
  async restore(): Promise<void> {
    const { kept, tokens, store } = this.#options;
    const backend = this.#backend;
    const found = backend === '' ? undefined : await kept.read(backend);
    if (found === undefined || store.state.signIn.state !== 'signed-out') return;
    // A keychain may ask for minutes; the token is for the backend it was kept for, not for one chosen meanwhile.
    if (backend !== this.#backend) return;
    tokens.takeKept(found.refreshToken);
    // Believed until the backend is reached, which may be later: it can still take the sign-in back.
    store.apply({ kind: 'sign-in', signIn: { state: 'signed-in', person: found.person, keptBy: 'keychain' } });
  }

  /** Opens the browser; resolves when it is open. The outcome shows in the state. @throws AppError */
  async start(): Promise<void> {
    const { store, openBrowser } = this.#options;
    if (this.#backend === '') {
      throw new AppError('invalid-input', 'Type the address of your Sallyport backend first.', { field: 'address' });
    }
    if (store.state.signIn.state === 'signed-in') throw new AppError('wrong-state', 'You are already signed in.');
    this.#listener?.cancel();
    const backend = this.#backend;
    const proof = newSignInProof();
    const listener = await listenForCallback(proof.state);
    this.#listener = listener;
    const url = new URL(paths.signIn, backend);
    url.searchParams.set('redirect_uri', listener.redirectUri);
    url.searchParams.set('code_challenge', proof.challenge);
    url.searchParams.set('state', proof.state);
    store.apply({ kind: 'sign-in', signIn: { state: 'signing-in', url: url.href } });
    void this.#finish(listener, backend, proof.verifier);
    await openBrowser(url.href).catch((cause: unknown) => {
      // Not the end: the page offers the address to open by hand.
      this.#options.log.warn('the browser could not be opened', cause);
    });
  }

  async #finish(listener: CallbackListener, backend: string, verifier: string): Promise<void> {
    const { store, tokens, exchange } = this.#options;
    try {
      const code = await listener.code;
      const reply = await exchange(code, verifier, listener.redirectUri);
      if (this.#listener !== listener || backend !== this.#backend) return;
      this.#listener = undefined;
      tokens.take(reply);
      await this.signedIn(reply.refreshToken, reply.person);
    } catch (error) {
      if (this.#listener !== listener) return;
      this.#listener = undefined;
      const cancelled = error instanceof AppError && error.code === 'sign-in-cancelled';
      if (!cancelled) this.#options.log.warn('the sign-in did not succeed', error);
      store.apply({ kind: 'sign-in', signIn: { state: 'signed-out', problem: cancelled ? null : toFailure(error) } });
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

  /** The person changed their mind while the browser was open. */
  cancel(): void {
    this.#listener?.cancel();
  }

  /** Signs out here at once, and at the backend if it can be reached. */
  async end(): Promise<void> {
    const { tokens, signOut, log } = this.#options;
    this.#listener?.cancel();
    if (!tokens.held) return;
    await signOut().catch((error: unknown) => log.warn('the backend was not told of the sign-out', error));
    await this.lost(null);
  }

  /** The sign-in is over, here or by the backend's word: nothing of it stays. */
  async lost(reason: AppError | null): Promise<void> {
    const { tokens, store, kept } = this.#options;
    tokens.destroy();
    store.apply({ kind: 'sign-in', signIn: { state: 'signed-out', problem: reason && toFailure(reason) } });
    await kept.forget();
  }

  dispose(): void {
    this.#listener?.cancel();
    this.#options.tokens.destroy();
  }
}
