import type { Tokens } from '../../protocol/api/routes.ts';
import type { Person } from '../../protocol/model/identity.ts';
import type { Tx } from '../storage/transaction.ts';
import { hashOf, newOpaqueToken } from './opaque-token.ts';

/** What our tokens begin with, so that a scanner for leaked secrets knows one when it sees it. */
const ACCESS_PREFIX = 'sallyport_access_';
const REFRESH_PREFIX = 'sallyport_refresh_';

/** An access token is looked up at every use, so its end is prompt without being short. Milliseconds. */
export const ACCESS_TOKEN_MS = 10 * 60_000;
/** An app that is not opened for so long has to sign in again. Milliseconds. */
export const REFRESH_IDLE_MS = 30 * 86_400_000;

/** Makes the next pair of tokens of a sign-in. @param issuedFor the refresh token traded for them, none for a code */
export async function issueTokens(
  tx: Tx,
  signInId: string,
  at: number,
  issuedFor: Buffer | null,
): Promise<Pick<Tokens, 'accessToken' | 'refreshToken'>> {
  const [accessToken, refreshToken] = [`${ACCESS_PREFIX}${newOpaqueToken()}`, `${REFRESH_PREFIX}${newOpaqueToken()}`];
  const row = (token: string, kind: 'access' | 'refresh', lifeMs: number) => ({
    hash: hashOf(token),
    kind,
    sign_in_id: signInId,
    created_at: at,
    expires_at: at + lifeMs,
    issued_for: issuedFor,
  });
  await tx.db.deleteFrom('tokens').where('sign_in_id', '=', signInId).where('expires_at', '<=', at).execute();
  await tx.db
    .insertInto('tokens')
    .values([row(accessToken, 'access', ACCESS_TOKEN_MS), row(refreshToken, 'refresh', REFRESH_IDLE_MS)])
    .execute();
  return { accessToken, refreshToken };
}

/** The reply that an app gets. */
export function tokensReply(tokens: Pick<Tokens, 'accessToken' | 'refreshToken'>, person: Person): Tokens {
  return { ...tokens, accessExpiresInSeconds: ACCESS_TOKEN_MS / 1000, person };
}
