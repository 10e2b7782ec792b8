import type { Tx } from '../storage/transaction.ts';

/** A reply that was lost may be asked for again for so long. Milliseconds. */
export const LOST_REPLY_MS = 60_000;

/** A refresh token that somebody presented, with its sign-in and its person. */
export type RefreshToken = NonNullable<Awaited<ReturnType<typeof findRefreshToken>>>;

/** Locks the whole sign-in first: trades of its tokens come one after another. */
export async function findRefreshToken(tx: Tx, hash: Buffer) {
  const { db } = tx;
  const familyOf = db.selectFrom('tokens').select('sign_in_id').where('hash', '=', hash).where('kind', '=', 'refresh');
  const family = await familyOf.executeTakeFirst();
  if (!family) return undefined;
  await db.selectFrom('sign_ins').select('id').where('id', '=', family.sign_in_id).forUpdate().execute();
  return db
    .selectFrom('tokens as t')
    .innerJoin('sign_ins as s', 's.id', 't.sign_in_id')
    .innerJoin('people as p', 'p.id', 's.person_id')
    .select(['t.hash', 't.sign_in_id', 't.expires_at', 't.used_at', 't.claimed_until', 't.superseded_at'])
    .select(['s.person_id', 's.ended_at', 's.end_reason', 's.provider_tokens', 's.confirmed_at'])
    .select(['p.name', 'p.email', 'p.groups', 'p.subject'])
    .where('t.hash', '=', hash)
    .executeTakeFirst();
}

/**
 * Whether a token was not traded yet, or its reply was lost: not long ago, and neither token of the pair it gave was
 * ever presented. A new pair is safe then, since the first is taken back; whoever presents that ends the sign-in.
 */
export async function mayBeTraded(tx: Tx, token: RefreshToken, now: number): Promise<boolean> {
  if (token.superseded_at !== null) return false;
  if (token.used_at === null) return true;
  if (now - token.used_at > LOST_REPLY_MS) return false;
  const given = await tx.db
    .selectFrom('tokens')
    .select(['used_at', 'claimed_until'])
    .where('issued_for', '=', token.hash)
    .where('superseded_at', 'is', null)
    .forUpdate()
    .execute();
  return given.length > 0 && given.every((t) => t.used_at === null && t.claimed_until === null);
}
