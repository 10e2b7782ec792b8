import { AppError } from '../../protocol/errors.ts';
import type { Clock } from '../../protocol/time.ts';
import type { Database } from '../storage/database.ts';
import type { SignInAsk } from './app-redirect.ts';
import type { Trip } from './identity-provider.ts';
import { hashOf, newOpaqueToken, sameBytes } from './opaque-token.ts';

/** How long somebody may take at the identity provider. Milliseconds. */
export const LOGIN_ATTEMPT_MS = 10 * 60_000;

/** A browser sign-in under way, with the cookie that ties it to the browser that began it. */
export interface LoginAttempt {
  ask: SignInAsk;
  trip: Trip;
}

/** Part of the cookie's name, so that two sign-ins in one browser do not disturb each other. Not secret. */
export function attemptLabel(state: string): string {
  return hashOf(state).toString('hex').slice(0, 16);
}

/** Writes a new attempt down; the state and the cookie are kept as hashes only. */
export async function beginAttempt(
  database: Database,
  clock: Clock,
  ask: SignInAsk,
): Promise<LoginAttempt & { cookie: string }> {
  const trip: Trip = { state: newOpaqueToken(), nonce: newOpaqueToken(), codeVerifier: newOpaqueToken() };
  const cookie = newOpaqueToken();
  const now = clock.now();
  await database.inTransaction(async ({ db }) => {
    await db
      .insertInto('login_attempts')
      .values({
        state_hash: hashOf(trip.state),
        cookie_hash: hashOf(cookie),
        app_state: ask.state,
        app_redirect_uri: ask.redirectUri,
        app_code_challenge: ask.codeChallenge,
        provider_code_verifier: trip.codeVerifier,
        provider_nonce: trip.nonce,
        created_at: now,
        expires_at: now + LOGIN_ATTEMPT_MS,
      })
      .execute();
  });
  return { ask, trip, cookie };
}

/**
 * Takes the attempt that a callback belongs to; it cannot be taken twice.
 * @throws AppError 'not-signed-in' | 'sign-in-expired' when there is none, it is too old, or another browser began it
 */
export async function takeAttempt(
  database: Database,
  clock: Clock,
  state: string,
  cookie: string | undefined,
): Promise<LoginAttempt> {
  const row = await database.inTransaction(({ db }) =>
    db.deleteFrom('login_attempts').where('state_hash', '=', hashOf(state)).returningAll().executeTakeFirst(),
  );
  if (!row) {
    throw new AppError('not-signed-in', 'This sign-in is not one that was begun here, or it is over already.');
  }
  if (cookie === undefined || !sameBytes(hashOf(cookie), row.cookie_hash)) {
    throw new AppError('not-signed-in', 'This sign-in was begun in another browser.');
  }
  if (row.expires_at <= clock.now()) {
    throw new AppError('sign-in-expired', 'This sign-in took longer than 10 minutes.');
  }
  return {
    ask: { redirectUri: row.app_redirect_uri, codeChallenge: row.app_code_challenge, state: row.app_state },
    trip: { state, nonce: row.provider_nonce, codeVerifier: row.provider_code_verifier },
  };
}
