import type { Tokens } from '../../protocol/api/routes.ts';
import { AppError } from '../../protocol/errors.ts';
import { endDelegationOfLeaver } from '../delegation/delegations.ts';
import { placesOf } from '../delegation/places.ts';
import type { Tx } from '../storage/transaction.ts';
import { decided, type Ended } from './decided.ts';
import { findRefreshToken, mayBeTraded, type RefreshToken } from './held-token.ts';
import type { Confirmation } from './identity-provider.ts';
import { hashOf } from './opaque-token.ts';
import { personOf, rememberPerson } from './people.ts';
import { causeOf, type Outcome, refuse } from './refusal.ts';
import { endSignIn, type SignInEnd, type SignInParts } from './sign-ins.ts';
import { issueTokens, tokensReply } from './tokens.ts';

/** How long a renewal may take at the provider before another may try. Milliseconds; more than the provider's timeouts. */
const CLAIM_MS = 30_000;
/** How long we go on with what a provider said last while it cannot be reached. Milliseconds. */
export const PROVIDER_GRACE_MS = 15 * 60_000;
/** How long a sign-in lasts that the provider cannot be asked about again. Milliseconds. */
export const UNCONFIRMED_SIGN_IN_MS = 8 * 3_600_000;

/**
 * Trades a refresh token for the next pair: claim it, ask the provider about the person, write the answer. The provider
 * is asked outside any transaction, so that a slow one holds no row and no connection.
 *
 *     unused ──claim──▶ claimed ──answer──▶ used ──again, though its reply was taken──▶ the sign-in ends
 *                          └──provider away──▶ unused   └─again within a minute, reply never taken─▶ claimed
 *
 * @throws AppError 'sign-in-expired' | 'refresh-token-reused' | 'unavailable'
 */
export async function renew(parts: SignInParts, refreshToken: string): Promise<Tokens> {
  const hash = hashOf(refreshToken);
  const held = await decided(parts, (tx, ended) => claim(parts, tx, hash, ended));
  const answer = await askProvider(parts, held);
  return decided(parts, (tx, ended) => conclude(parts, tx, held, answer, ended));
}

async function claim(parts: SignInParts, tx: Tx, hash: Buffer, ended: Ended[]): Promise<Outcome<RefreshToken>> {
  const now = parts.clock.now();
  const token = await findRefreshToken(tx, hash);
  if (!token) return refuse(tx, now, expired('This sign-in is not known or has ended; sign in again.'));
  const about = { actor: { id: token.person_id, name: token.name }, subject: token.sign_in_id };

  if (token.ended_at !== null) {
    // Whose app was not the thief learns why here.
    const why = token.end_reason === 'token-reused' ? reused() : expired('This sign-in has ended; sign in again.');
    return refuse(tx, now, why, about);
  }
  if (!(await mayBeTraded(tx, token, now))) return endForReuse(tx, token, now, ended);
  if (token.expires_at <= now) {
    return refuse(tx, now, expired('This sign-in was not used for 30 days; sign in again.'), about);
  }
  if (token.claimed_until !== null && token.claimed_until > now) {
    const error = new AppError('unavailable', 'This sign-in is being renewed already; try again in a moment.');
    return refuse(tx, now, error, about);
  }
  await tx.db
    .updateTable('tokens')
    .set({ claimed_until: now + CLAIM_MS })
    .where('hash', '=', hash)
    .execute();
  return { ok: true, value: token };
}

async function askProvider(parts: SignInParts, held: RefreshToken): Promise<Confirmation | { kind: 'cannot-ask' }> {
  const providerToken = held.provider_tokens && parts.seal.open(held.provider_tokens, held.sign_in_id);
  if (!providerToken) return { kind: 'cannot-ask' };
  return parts.provider.confirm(providerToken, held.subject);
}

async function conclude(
  parts: SignInParts,
  tx: Tx,
  held: RefreshToken,
  answer: Confirmation | { kind: 'cannot-ask' },
  ended: Ended[],
): Promise<Outcome<Tokens>> {
  const now = parts.clock.now();
  const token = await findRefreshToken(tx, held.hash);
  const about = { actor: { id: held.person_id, name: held.name }, subject: held.sign_in_id };
  if (!token || token.ended_at !== null) {
    return refuse(tx, now, expired('This sign-in ended while it was being renewed; sign in again.'), about);
  }
  // The provider took its time: somebody may have come with the earlier pair since.
  if (token.used_at !== held.used_at || !(await mayBeTraded(tx, token, now))) return endForReuse(tx, token, now, ended);
  const keep = (fields: { provider_tokens?: Buffer; confirmed_at?: number; last_used_at?: number }) =>
    tx.db.updateTable('sign_ins').set(fields).where('id', '=', token.sign_in_id).execute();

  switch (answer.kind) {
    case 'gone': {
      await end(tx, token, 'gone', now, ended);
      await endDelegationOfLeaver(tx, about.actor, now);
      const error = expired('The identity provider no longer lets this person sign in; ask your IT, or sign in again.');
      return refuse(tx, now, error, { ...about, details: { ended: true } });
    }
    case 'cannot-ask':
      if (now - token.confirmed_at > UNCONFIRMED_SIGN_IN_MS) {
        await end(tx, token, 'unconfirmed', now, ended);
        const error = expired('The identity provider cannot be asked about this sign-in again; sign in again.');
        return refuse(tx, now, error, { ...about, details: { ended: true } });
      }
      await keep({ last_used_at: now });
      break;
    case 'unreachable':
      await keep({ provider_tokens: parts.seal.seal(answer.refreshToken, token.sign_in_id), last_used_at: now });
      if (now - token.confirmed_at > PROVIDER_GRACE_MS) {
        await tx.db.updateTable('tokens').set({ claimed_until: null }).where('hash', '=', token.hash).execute();
        const error = new AppError('unavailable', 'The identity provider cannot be reached; try again in a moment.');
        return refuse(tx, now, error, { ...about, details: { cause: causeOf(answer.cause) } });
      }
      break;
    case 'confirmed':
      await keep({
        provider_tokens: parts.seal.seal(answer.refreshToken, token.sign_in_id),
        confirmed_at: now,
        last_used_at: now,
      });
      break;
    default:
      answer satisfies never;
  }
  const profile = answer.kind === 'confirmed' ? answer.profile : undefined;
  const person = profile ? await rememberPerson(tx, profile, now, parts.policy()) : { ...token, id: token.person_id };
  await tx.db
    .updateTable('tokens')
    .set({ superseded_at: now })
    .where('issued_for', '=', token.hash)
    .where('superseded_at', 'is', null)
    .execute();
  // The first use counts: asking again for a lost reply does not open its minute anew.
  const usedAt = token.used_at ?? now;
  await tx.db
    .updateTable('tokens')
    .set({ used_at: usedAt, claimed_until: null })
    .where('hash', '=', token.hash)
    .execute();
  const pair = await issueTokens(tx, token.sign_in_id, now, token.hash);
  return {
    ok: true,
    value: tokensReply(pair, personOf(person, await placesOf(tx.db, person.id, now), parts.policy())),
  };
}

async function endForReuse(
  tx: Tx,
  token: RefreshToken,
  now: number,
  ended: Ended[],
): Promise<{ ok: false; error: AppError }> {
  await end(tx, token, 'token-reused', now, ended);
  return refuse(tx, now, reused(), {
    kind: 'token.reuse-detected',
    actor: { id: token.person_id, name: token.name },
    subject: token.sign_in_id,
    details: { token: 'refresh' },
  });
}

async function end(tx: Tx, token: RefreshToken, reason: SignInEnd, now: number, ended: Ended[]): Promise<void> {
  const sealed = await endSignIn(tx, token.sign_in_id, reason, now);
  if (sealed !== undefined) ended.push({ signInId: token.sign_in_id, sealed });
}

function reused(): AppError {
  return new AppError(
    'refresh-token-reused',
    'A sign-in token was used twice, as a stolen one would be, so the sign-in was ended; sign in again.',
  );
}

function expired(sentence: string): AppError {
  return new AppError('sign-in-expired', sentence);
}
