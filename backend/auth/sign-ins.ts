import { sql } from 'kysely';
import { AppError } from '../../protocol/errors.ts';
import type { Person } from '../../protocol/model/identity.ts';
import type { Policy } from '../../protocol/model/policy.ts';
import type { Clock } from '../../protocol/time.ts';
import { appendAudit } from '../audit/append.ts';
import { placesTaken } from '../delegation/places.ts';
import type { Database } from '../storage/database.ts';
import type { Tx } from '../storage/transaction.ts';
import type { IdentityProvider } from './identity-provider.ts';
import { hashOf } from './opaque-token.ts';
import { personOf } from './people.ts';
import type { Seal } from './seal.ts';

/** What the parts of sign-in work with. */
export interface SignInParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly policy: () => Policy;
  readonly provider: IdentityProvider;
  readonly seal: Seal;
  readonly signIns: SignIns;
  /** Accidents that nobody waits for, for the log. */
  readonly onError: (error: unknown) => void;
}

/** Why a sign-in ended. */
export type SignInEnd = 'signed-out' | 'token-reused' | 'gone' | 'unconfirmed';

/** Who is calling, and until when this access token says so (epoch ms). */
export interface Caller {
  person: Person;
  signInId: string;
  expiresAt: number;
}

/** Live sign-ins: who an access token belongs to, how one ends, and who wants to know. */
export class SignIns {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #policy: () => Policy;
  readonly #listeners = new Set<(signInId: string) => void>();

  constructor(database: Database, clock: Clock, policy: () => Policy) {
    this.#database = database;
    this.#clock = clock;
    this.#policy = policy;
  }

  /** The caller an access token stands for; null when it is unknown, too old, or its sign-in has ended. */
  async authenticate(accessToken: string): Promise<Caller | null> {
    const hash = hashOf(accessToken);
    const now = this.#clock.now();
    const row = await this.#database.db
      .selectFrom('tokens')
      .innerJoin('sign_ins', 'sign_ins.id', 'tokens.sign_in_id')
      .innerJoin('people', 'people.id', 'sign_ins.person_id')
      .select(['people.id', 'people.name', 'people.email', 'people.groups'])
      .select(['tokens.sign_in_id', 'tokens.expires_at', 'tokens.used_at'])
      .select(placesTaken(sql.ref('people.id'), now).as('places'))
      .where('tokens.hash', '=', hash)
      .where('tokens.kind', '=', 'access')
      .where('tokens.expires_at', '>', now)
      .where('tokens.superseded_at', 'is', null)
      .where('sign_ins.ended_at', 'is', null)
      .executeTakeFirst();
    if (!row) return null;
    if (row.used_at === null && !(await this.#markUsed(hash, now))) return null;
    const person = personOf(row, row.places, this.#policy());
    return { person, signInId: row.sign_in_id, expiresAt: row.expires_at };
  }

  /** Proof that the reply with this token arrived. False when it was replaced in this very moment. */
  async #markUsed(hash: Buffer, now: number): Promise<boolean> {
    const marked = await this.#database.db
      .updateTable('tokens')
      .set({ used_at: now })
      .where('hash', '=', hash)
      .where('superseded_at', 'is', null)
      .executeTakeFirst();
    return marked.numUpdatedRows > 0n;
  }

  /** Whether a sign-in still stands: what another node ended is seen here too. */
  async isLive(signInId: string): Promise<boolean> {
    const row = await this.#database.db
      .selectFrom('sign_ins')
      .select('ended_at')
      .where('id', '=', signInId)
      .executeTakeFirst();
    return row?.ended_at === null;
  }

  /** Called after a sign-in ended on this node. Returns the function that calls it off. */
  onEnded(listener: (signInId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells the listeners; call it once the transaction has committed. */
  announceEnd(signInId: string): void {
    for (const listener of this.#listeners) listener(signInId);
  }

  /**
   * Ends the caller's own sign-in. Returns the provider's tokens as they were sealed, for `letGo`.
   * @throws AppError 'sign-in-expired' when it has ended before
   */
  async signOut(caller: Pick<Caller, 'person' | 'signInId'>): Promise<Buffer | null> {
    return this.#database.inTransaction(async (tx) => {
      const tokens = await endSignIn(tx, caller.signInId, 'signed-out', this.#clock.now());
      if (tokens === undefined) throw new AppError('sign-in-expired', 'You are signed out already.');
      appendAudit(tx, {
        at: this.#clock.now(),
        kind: 'person.signed-out',
        actor: caller.person,
        subject: caller.signInId,
        message: `${caller.person.name} signed out.`,
      });
      return tokens;
    });
  }
}

/**
 * Ends a sign-in with all its tokens, and stops keeping the provider's. Refresh tokens stay known until they expire, so
 * that a late thief is still seen. Returns what was kept of the provider, undefined when it had ended before.
 */
export async function endSignIn(
  tx: Tx,
  signInId: string,
  reason: SignInEnd,
  at: number,
): Promise<Buffer | null | undefined> {
  const row = await tx.db
    .selectFrom('sign_ins')
    .select(['provider_tokens', 'ended_at'])
    .where('id', '=', signInId)
    .forUpdate()
    .executeTakeFirst();
  if (!row || row.ended_at !== null) return undefined;
  await tx.db
    .updateTable('sign_ins')
    .set({ ended_at: at, end_reason: reason, provider_tokens: null })
    .where('id', '=', signInId)
    .execute();
  await tx.db.deleteFrom('tokens').where('sign_in_id', '=', signInId).where('kind', '=', 'access').execute();
  return row.provider_tokens;
}

/** After the transaction that ended a sign-in: tells who listens, and gives the provider's token back. */
export function letGo(
  parts: Pick<SignInParts, 'provider' | 'seal' | 'signIns'>,
  signInId: string,
  sealed: Buffer | null,
): void {
  parts.signIns.announceEnd(signInId);
  const providerToken = sealed && parts.seal.open(sealed, signInId);
  if (providerToken) void parts.provider.forget(providerToken);
}
