import type { Tokens as TokenReply } from '../../protocol/api/routes.ts';
import { AppError } from '../../protocol/errors.ts';
import type { Person } from '../../protocol/model/identity.ts';
import type { Clock } from '../../protocol/time.ts';

/** An access token with less than this left is refreshed before it is used, ms. */
const EARLY_MS = 30_000;

interface TokensOptions {
  clock: Clock;
  /** Trades a refresh token for the next pair. */
  refresh: (refreshToken: string) => Promise<TokenReply>;
  /** The new refresh token, to be kept at rest; the old one is worthless from now on. */
  onRotated: (refreshToken: string, person: Person) => void;
  /** The backend took the sign-in back; the tokens are already forgotten. */
  onLost: (reason: AppError) => void;
}

/** The last tokens of a sign-in, to end it at the backend with. */
export interface Surrendered {
  /** Undefined when there is none that would still be taken. */
  access: string | undefined;
  refresh: string;
}

/** The only home of the sign-in's tokens. */
export class Tokens {
  readonly #options: TokensOptions;
  #access: string | undefined;
  #refresh: string | undefined;
  /** On the monotonic clock: a stepped wall clock does not move it. */
  #accessEndsAt = 0;
  #refreshing: Promise<void> | undefined;
  /** Grows with each sign-in and sign-out, so that a late refresh of an old sign-in changes nothing. */
  #generation = 0;

  constructor(options: TokensOptions) {
    this.#options = options;
  }

  get held(): boolean {
    return this.#refresh !== undefined;
  }

  /** Takes the tokens of a sign-in. */
  take(reply: TokenReply): void {
    this.#generation += 1;
    this.#refreshing = undefined;
    this.#set(reply);
  }

  /** Takes a refresh token that was kept at rest; trades it before it is first used. */
  takeKept(refreshToken: string): void {
    this.#generation += 1;
    this.#refreshing = undefined;
    this.#refresh = refreshToken;
    this.#access = undefined;
  }

  /** A valid access token. @throws AppError 'not-signed-in', or why it could not be refreshed */
  async access(): Promise<string> {
    if (this.#access === undefined || this.#options.clock.monotonic() > this.#accessEndsAt - EARLY_MS) {
      await this.renew();
    }
    if (this.#access === undefined) throw notSignedIn();
    return this.#access;
  }

  /** The backend refused this access token: the next call refreshes, unless somebody already has. */
  reject(accessToken: string): void {
    if (this.#access === accessToken) this.#access = undefined;
  }

  /** Refreshes now; whoever asks while it runs waits for the same one, since a refresh token is good for one use. */
  renew(): Promise<void> {
    if (this.#refreshing) return this.#refreshing;
    const refreshing = this.#renew().finally(() => {
      // Another sign-in may have begun, and be refreshing, since.
      if (this.#refreshing === refreshing) this.#refreshing = undefined;
    });
    this.#refreshing = refreshing;
    return refreshing;
  }

  async #renew(): Promise<void> {
    const refreshToken = this.#refresh;
    if (refreshToken === undefined) throw notSignedIn();
    const generation = this.#generation;
    try {
      const reply = await this.#options.refresh(refreshToken);
      if (generation !== this.#generation) throw notSignedIn();
      this.#set(reply);
      this.#options.onRotated(reply.refreshToken, reply.person);
    } catch (error) {
      const lost = error instanceof AppError && LOST.has(error.code);
      if (lost && generation === this.#generation) {
        this.destroy();
        this.#options.onLost(error);
      }
      throw error;
    }
  }

  #set(reply: TokenReply): void {
    this.#access = reply.accessToken;
    this.#refresh = reply.refreshToken;
    this.#accessEndsAt = this.#options.clock.monotonic() + reply.accessExpiresInSeconds * 1000;
  }

  /** Gives the tokens away for good, to end the sign-in with; undefined when there are none. */
  surrender(): Surrendered | undefined {
    const refresh = this.#refresh;
    const fresh = this.#options.clock.monotonic() < this.#accessEndsAt;
    const access = fresh ? this.#access : undefined;
    this.destroy();
    return refresh === undefined ? undefined : { access, refresh };
  }

  /** Forgets everything. */
  destroy(): void {
    this.#generation += 1;
    this.#refreshing = undefined;
    this.#access = undefined;
    this.#refresh = undefined;
  }
}

/** Refusals after which the refresh token will never work again. A backend that is away is none of them. */
const LOST: ReadonlySet<string> = new Set(['not-signed-in', 'sign-in-expired', 'refresh-token-reused', 'not-allowed']);

function notSignedIn(): AppError {
  return new AppError('not-signed-in', 'You are not signed in. Sign in first.');
}
