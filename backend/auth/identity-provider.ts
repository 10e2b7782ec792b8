import * as oidc from 'openid-client';
import { AppError } from '../../protocol/errors.ts';
import { type Profile, profileOf } from './profile.ts';

export interface IdentityProviderOptions {
  /** https, or http on loopback. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /**
   * How the secret is sent. 'basic', the standard's default; 'post' for providers that want it in the body, and for
   * those that do not undo the escaping of RFC 6749 §2.3.1 when the secret has other characters than letters and digits.
   */
  clientAuthentication?: 'basic' | 'post';
  /** Asked for, as far as the provider says it knows them. `openid` always is. */
  scopes?: readonly string[];
  /**
   * 'login' by default: each sign-in shows the provider's own page, so that no program on the computer can sign a
   * person in behind their back (RFC 8252 §8.6). 'select_account' for providers that know no 'login'; '' for none.
   */
  prompt?: string;
  groupsClaim?: string;
}

/** What ties one trip through the provider together. Secrets until the trip is over. */
export interface Trip {
  state: string;
  nonce: string;
  codeVerifier: string;
}

/** What the provider says about somebody who signed in earlier. */
export type Confirmation =
  /** `profile` is absent when this provider says no more than that they are still there. */
  | { kind: 'confirmed'; profile: Profile | undefined; refreshToken: string }
  /** The provider no longer lets them in. */
  | { kind: 'gone' }
  /** `refreshToken` is the one to try with next time. */
  | { kind: 'unreachable'; refreshToken: string; cause: unknown };

/** The organisation's OpenID provider, seen from its confidential client: us. */
export interface IdentityProvider {
  /** Where to send the browser. @throws AppError 'unavailable' */
  begin(trip: Trip, callbackUri: string): Promise<string>;
  /**
   * Finishes a trip: checks issuer, state, nonce, PKCE, audience and signature.
   * @throws AppError 'sign-in-cancelled' | 'not-allowed' | 'unavailable'
   */
  finish(callbackUrl: URL, trip: Trip): Promise<{ profile: Profile; refreshToken: string | undefined }>;
  /** Asks again about somebody, with the provider's refresh token. Never throws. */
  confirm(refreshToken: string, subject: string): Promise<Confirmation>;
  /** Gives a refresh token back, as far as the provider knows how. Never throws. */
  forget(refreshToken: string): Promise<void>;
}

const DEFAULT_SCOPES = ['openid', 'profile', 'email', 'groups', 'offline_access'];
const PROVIDER_TIMEOUT_SECONDS = 8;
const LOOPBACK_HOSTS = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** @throws AppError 'invalid-input' when the issuer is neither https nor loopback. Connects at first use. */
export function identityProvider(options: IdentityProviderOptions): IdentityProvider {
  const issuer = new URL(options.issuer);
  const loopback = issuer.protocol === 'http:' && LOOPBACK_HOSTS.has(issuer.hostname);
  if (issuer.protocol !== 'https:' && !loopback) {
    throw new AppError('invalid-input', `The identity provider's address must begin with https:// (${issuer.href}).`);
  }
  const groupsClaim = options.groupsClaim ?? 'groups';
  let discovered: Promise<oidc.Configuration> | undefined;

  const configuration = async (): Promise<oidc.Configuration> => {
    const authentication = options.clientAuthentication === 'post' ? oidc.ClientSecretPost : oidc.ClientSecretBasic;
    discovered ??= oidc.discovery(issuer, options.clientId, undefined, authentication(options.clientSecret), {
      // The signature of an ID token is checked too, though it comes straight from the provider.
      execute: [oidc.enableNonRepudiationChecks, ...(loopback ? [oidc.allowInsecureRequests] : [])],
      timeout: PROVIDER_TIMEOUT_SECONDS,
    });
    try {
      return await discovered;
    } catch (cause) {
      discovered = undefined;
      throw new AppError('unavailable', 'The identity provider cannot be reached; try again in a moment.', { cause });
    }
  };

  /** Some providers put groups in the ID token, some in userinfo; what userinfo says now wins. */
  const readProfile = async (
    config: oidc.Configuration,
    accessToken: string,
    idClaims: Record<string, unknown> | undefined,
    subject: string,
  ): Promise<Profile | undefined> => {
    const userinfo = config.serverMetadata().userinfo_endpoint
      ? await oidc.fetchUserInfo(config, accessToken, subject)
      : undefined;
    if (!idClaims && !userinfo) return undefined;
    return profileOf(config.serverMetadata().issuer, { ...idClaims, ...userinfo, sub: subject }, groupsClaim);
  };

  return {
    async begin(trip, callbackUri) {
      const config = await configuration();
      const known = config.serverMetadata().scopes_supported;
      const scopes = (options.scopes ?? DEFAULT_SCOPES).filter((s) => s === 'openid' || !known || known.includes(s));
      const prompt = options.prompt ?? 'login';
      return oidc.buildAuthorizationUrl(config, {
        redirect_uri: callbackUri,
        scope: scopes.join(' '),
        state: trip.state,
        nonce: trip.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(trip.codeVerifier),
        code_challenge_method: 'S256',
        ...(prompt === '' ? {} : { prompt }),
      }).href;
    },

    async finish(callbackUrl, trip) {
      const config = await configuration();
      try {
        const tokens = await oidc.authorizationCodeGrant(config, callbackUrl, {
          pkceCodeVerifier: trip.codeVerifier,
          expectedState: trip.state,
          expectedNonce: trip.nonce,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        const profile = claims && (await readProfile(config, tokens.access_token, claims, claims.sub));
        if (!profile) throw new AppError('not-allowed', 'The identity provider did not say who you are.');
        return { profile, refreshToken: tokens.refresh_token };
      } catch (error) {
        throw refusalOf(error);
      }
    },

    async confirm(refreshToken, subject) {
      let newest = refreshToken;
      try {
        const config = await configuration();
        const tokens = await oidc.refreshTokenGrant(config, refreshToken);
        newest = tokens.refresh_token ?? refreshToken;
        const claims = tokens.claims();
        // OpenID Connect Core §12.2: the subject of a refreshed ID token must be the same.
        if (claims && claims.sub !== subject) return { kind: 'gone' };
        const profile = await readProfile(config, tokens.access_token, claims, subject);
        return { kind: 'confirmed', profile, refreshToken: newest };
      } catch (error) {
        if (saysGone(error)) return { kind: 'gone' };
        return { kind: 'unreachable', refreshToken: newest, cause: error };
      }
    },

    async forget(refreshToken) {
      try {
        const config = await configuration();
        if (config.serverMetadata().revocation_endpoint) await oidc.tokenRevocation(config, refreshToken);
      } catch {
        // A courtesy to the provider: our own sign-in has ended already, and the token is no longer kept.
      }
    },
  };
}

/** The provider answered, and the answer is that this person (or their consent) is no more. */
function saysGone(error: unknown): boolean {
  if (error instanceof oidc.ResponseBodyError) return error.error === 'invalid_grant';
  // Some (glewlwyd) answer for a removed account with a bare 400, which is no word of trouble either.
  if (error instanceof oidc.ClientError && error.cause instanceof Response) return error.cause.status === 400;
  return error instanceof oidc.WWWAuthenticateChallengeError && error.status === 401;
}

function refusalOf(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof oidc.AuthorizationResponseError) {
    if (error.error === 'access_denied') return new AppError('sign-in-cancelled', 'Sign-in was cancelled.');
    if (error.error === 'temporarily_unavailable' || error.error === 'server_error') {
      return new AppError('unavailable', 'The identity provider has trouble; try again in a moment.', { cause: error });
    }
    return new AppError('not-allowed', 'The identity provider refused this sign-in; ask your IT to look at it.', {
      cause: error,
    });
  }
  const failed = error instanceof oidc.ResponseBodyError || error instanceof oidc.WWWAuthenticateChallengeError;
  if ((failed && error.status >= 500) || isNetwork(error)) {
    return new AppError('unavailable', 'The identity provider cannot be reached; try again in a moment.', {
      cause: error,
    });
  }
  return new AppError('not-allowed', 'The identity provider’s answer did not hold up; sign in again.', {
    cause: error,
  });
}

function isNetwork(error: unknown): boolean {
  return (
    error instanceof TypeError ||
    (error instanceof oidc.ClientError && (error.code === 'OAUTH_TIMEOUT' || error.cause instanceof TypeError))
  );
}
