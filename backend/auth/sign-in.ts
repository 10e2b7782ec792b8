import type { FastifyInstance } from 'fastify';
import type { RouteParsed } from '../../protocol/api/route.ts';
import type { Routes, Tokens } from '../../protocol/api/routes.ts';
import type { Policy } from '../../protocol/model/policy.ts';
import type { Clock } from '../../protocol/time.ts';
import type { Database } from '../storage/database.ts';
import { browserRoutes } from './browser-routes.ts';
import { forgetOldSignIns } from './forget-old.ts';
import { type IdentityProviderOptions, identityProvider } from './identity-provider.ts';
import { tradeCode } from './one-time-code.ts';
import { renew } from './renewal.ts';
import { sealWith } from './seal.ts';
import { type Caller, letGo, type SignInParts, SignIns } from './sign-ins.ts';

export interface SignInOptions {
  database: Database;
  clock: Clock;
  /** The policy as it is now; it gives people their duties. */
  policy: () => Policy;
  provider: IdentityProviderOptions;
  /** 32 bytes from outside the database and its backups; seals what the provider trusts us with. */
  sealingKey: Uint8Array;
  /** Where browsers reach this backend, e.g. `https://sallyport.example.com`; the provider must know its /auth/callback. */
  publicUrl: string;
  /** Accidents behind a page or a redirect, for the log. */
  onError: (error: unknown) => void;
}

/** Sign-in, as the rest of the backend sees it. */
export interface SignIn {
  /** Who an access token stands for; null when it is no good. */
  authenticate(accessToken: string): Promise<Caller | null>;
  /** Whether a sign-in still stands. Ask now and then for long-lived streams: another node may have ended it. */
  isLive(signInId: string): Promise<boolean>;
  /** Called when a sign-in ends on this node. Returns the function that calls it off. */
  onSignInEnded(listener: (signInId: string) => void): () => void;
  /** Serves `auth.token`. @param client the app's User-Agent. @throws AppError */
  token(body: RouteParsed<Routes['auth.token']>['body'], client: string): Promise<Tokens>;
  /** Serves `auth.signOut`. @throws AppError */
  signOut(caller: Pick<Caller, 'person' | 'signInId'>): Promise<Record<string, never>>;
  /** Removes what is over and can no longer be used. A chore: one node does it now and then. */
  forgetOld(over: () => boolean): Promise<void>;
  /** Serves /auth/sign-in and /auth/callback. */
  register(app: FastifyInstance): Promise<void>;
}

/** @throws when the public URL has a path, the sealing key is of another length, or the issuer is not https */
export function createSignIn(options: SignInOptions): SignIn {
  const { database, clock, policy, onError } = options;
  const publicUrl = new URL(options.publicUrl);
  if (publicUrl.pathname !== '/' || publicUrl.search !== '' || publicUrl.username !== '') {
    throw new Error(`The public URL must be an origin without a path, such as ${publicUrl.origin}.`);
  }
  const signIns = new SignIns(database, clock, policy);
  const provider = identityProvider(options.provider);
  const parts: SignInParts = {
    database,
    clock,
    policy,
    provider,
    seal: sealWith(options.sealingKey),
    signIns,
    onError,
  };

  return {
    authenticate: (accessToken) => signIns.authenticate(accessToken),
    isLive: (signInId) => signIns.isLive(signInId),
    onSignInEnded: (listener) => signIns.onEnded(listener),
    token(body, client) {
      switch (body.grantType) {
        case 'code':
          return tradeCode(parts, body, client.slice(0, 200));
        case 'refresh':
          return renew(parts, body.refreshToken);
        default:
          return body satisfies never;
      }
    },
    async signOut(caller) {
      letGo(parts, caller.signInId, await signIns.signOut(caller));
      return {};
    },
    forgetOld: (over) => forgetOldSignIns(parts, over),
    async register(app) {
      await app.register((scope) => browserRoutes(scope, parts, publicUrl));
    },
  };
}
