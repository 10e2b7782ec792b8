import type { Tokens } from '../../protocol/api/routes.ts';
import { AppError } from '../../protocol/errors.ts';
import { appendAudit } from '../audit/append.ts';
import { placesOf } from '../delegation/places.ts';
import { newId } from '../storage/ids.ts';
import type { Tx } from '../storage/transaction.ts';
import type { SignInAsk } from './app-redirect.ts';
import { decided } from './decided.ts';
import { hashOf, newOpaqueToken, sameBytes, verifierFits } from './opaque-token.ts';
import { personOf, rememberPerson } from './people.ts';
import type { Profile } from './profile.ts';
import { type Outcome, refuse } from './refusal.ts';
import { endSignIn, type SignInParts } from './sign-ins.ts';
import { issueTokens, tokensReply } from './tokens.ts';

/** Long enough for a browser to reach an app on the same computer. Milliseconds. */
export const CODE_LIFE_MS = 60_000;

/** Begins a sign-in for somebody the provider vouched for, and gives the code that the browser carries to the app. */
export async function giveCode(
  parts: SignInParts,
  ask: SignInAsk,
  vouched: { profile: Profile; refreshToken: string | undefined },
): Promise<string> {
  const code = newOpaqueToken();
  const now = parts.clock.now();
  await parts.database.inTransaction(async (tx) => {
    const person = await rememberPerson(tx, vouched.profile, now, parts.policy());
    const id = newId('sig', now);
    await tx.db
      .insertInto('sign_ins')
      .values({
        id,
        person_id: person.id,
        created_at: now,
        last_used_at: now,
        confirmed_at: now,
        client: '',
        provider_tokens: vouched.refreshToken === undefined ? null : parts.seal.seal(vouched.refreshToken, id),
      })
      .execute();
    await tx.db
      .insertInto('one_time_codes')
      .values({
        hash: hashOf(code),
        sign_in_id: id,
        code_challenge: ask.codeChallenge,
        redirect_uri: ask.redirectUri,
        created_at: now,
        expires_at: now + CODE_LIFE_MS,
      })
      .execute();
  });
  return code;
}

export interface CodeTrade {
  code: string;
  codeVerifier: string;
  redirectUri: string;
}

/**
 * Trades a code for tokens: once, in time, by the app that asked for it. One wrong try spends the code, since it means
 * that somebody else has it; a second right one ends the sign-in that came of the first.
 * @throws AppError 'not-signed-in' | 'sign-in-expired'
 */
export async function tradeCode(parts: SignInParts, trade: CodeTrade, client: string): Promise<Tokens> {
  return decided(parts, async (tx, ended): Promise<Outcome<Tokens>> => {
    const now = parts.clock.now();
    const row = await findCode(tx, hashOf(trade.code));
    if (!row) return refuse(tx, now, notOurs('This sign-in code is not one of ours; sign in again.'));
    const about = { actor: { id: row.person_id, name: row.name }, subject: row.sign_in_id };

    const fits = sameBytes(Buffer.from(trade.redirectUri), Buffer.from(row.redirect_uri));
    if (!verifierFits(trade.codeVerifier, row.code_challenge) || !fits) {
      await spend(tx, row.hash, now);
      return refuse(tx, now, notOurs('This sign-in code was given to another app; sign in again.'), about);
    }
    if (row.used_at !== null) {
      const sealed = await endSignIn(tx, row.sign_in_id, 'token-reused', now);
      if (sealed !== undefined) ended.push({ signInId: row.sign_in_id, sealed });
      const error = notOurs('This sign-in code was used before, so the sign-in was ended; sign in again.');
      return refuse(tx, now, error, { ...about, kind: 'token.reuse-detected', details: { token: 'code' } });
    }
    await spend(tx, row.hash, now);
    if (row.expires_at <= now || row.ended_at !== null) {
      const error = new AppError('sign-in-expired', 'This sign-in code is older than a minute; sign in again.');
      return refuse(tx, now, error, about);
    }
    await tx.db.updateTable('sign_ins').set({ client, last_used_at: now }).where('id', '=', row.sign_in_id).execute();
    const tokens = await issueTokens(tx, row.sign_in_id, now, null);
    const places = await placesOf(tx.db, row.person_id, now);
    const person = personOf({ ...row, id: row.person_id }, places, parts.policy());
    appendAudit(tx, {
      at: now,
      kind: 'person.signed-in',
      actor: person,
      subject: row.sign_in_id,
      message: `${person.name} signed in.`,
      details: { issuer: row.issuer, groups: person.groups, duties: person.duties, client },
    });
    return { ok: true, value: tokensReply(tokens, person) };
  });
}

function findCode(tx: Tx, hash: Buffer) {
  return tx.db
    .selectFrom('one_time_codes as c')
    .innerJoin('sign_ins as s', 's.id', 'c.sign_in_id')
    .innerJoin('people as p', 'p.id', 's.person_id')
    .select(['c.hash', 'c.sign_in_id', 'c.code_challenge', 'c.redirect_uri', 'c.expires_at', 'c.used_at'])
    .select(['s.person_id', 's.ended_at', 'p.name', 'p.email', 'p.groups', 'p.issuer'])
    .where('c.hash', '=', hash)
    .forUpdate('c')
    .executeTakeFirst();
}

async function spend(tx: Tx, hash: Buffer, at: number): Promise<void> {
  await tx.db
    .updateTable('one_time_codes')
    .set({ used_at: at })
    .where('hash', '=', hash)
    .where('used_at', 'is', null)
    .execute();
}

function notOurs(sentence: string): AppError {
  return new AppError('not-signed-in', sentence);
}
