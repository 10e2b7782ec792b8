import { AppError } from '../../protocol/errors.ts';
import type { Grant } from '../../protocol/model/grant.ts';
import type { Policy, PolicyTarget } from '../../protocol/model/policy.ts';
import type { Clock } from '../../protocol/time.ts';
import { appendAudit } from '../audit/append.ts';
import { writeRefusal } from '../audit/refusals.ts';
import type { Database } from '../storage/database.ts';
import { whyNotUsable } from './certificates.ts';
import { findGrant, lockGrant } from './load.ts';

export interface SessionServices {
  database: Database;
  clock: Clock;
  policy: () => Policy;
}

export interface SessionQuestion {
  grantId: string;
  login: string;
  target: string;
  /** Decimal serial of the certificate that was shown. */
  serial: string;
}

export type SessionAnswer =
  | { ok: true; grant: Grant; target: PolicyTarget }
  | { ok: false; code: string; message: string };

export interface SessionOpening {
  sessionId: string;
  grantId: string;
  clientAddress: string;
  at: number;
  details: Record<string, unknown>;
}

export interface SessionClosing {
  sessionId: string;
  grantId: string;
  reason: string;
  at: number;
  details: Record<string, unknown>;
}

/** Uses of grants: who may open one now, and the record of each. */
export class Sessions {
  readonly #with: SessionServices;

  constructor(services: SessionServices) {
    this.#with = services;
  }

  /** Whether this certificate opens this login on this target at this moment. */
  async authorize(question: SessionQuestion): Promise<SessionAnswer> {
    const { database, clock, policy } = this.#with;
    const refuse = (code: string, message: string): SessionAnswer => ({ ok: false, code, message });
    const grant = await findGrant(database.db, question.grantId, clock.now());
    if (!grant) return refuse('grant-unknown', 'This certificate names an access that does not exist.');
    const issued = await database.db
      .selectFrom('certificates')
      .select('serial')
      .where('serial', '=', question.serial)
      .where('grant_id', '=', grant.id)
      .executeTakeFirst();
    if (!issued) return refuse('certificate-unknown', 'This certificate was not issued for this access.');
    if (grant.login !== question.login || grant.target.name !== question.target) {
      const given = `${grant.login}@${grant.target.name}`;
      return refuse('wrong-principal', `This access is for ${given}, not for ${question.login}@${question.target}.`);
    }
    const unusable = whyNotUsable(grant, policy(), clock.now());
    const target = policy().targets.find((t) => t.name === grant.target.name);
    if (unusable !== undefined || !target) return refuse('grant-not-live', unusable ?? 'This access has ended.');
    return { ok: true, grant, target };
  }

  /** Writes down that a session begins. @throws AppError 'grant-not-live' when the grant ended meanwhile: let nobody in */
  async open(opening: SessionOpening): Promise<void> {
    const { database, clock, policy } = this.#with;
    await database.inTransaction(async (tx) => {
      const grant = await lockGrant(tx.db, opening.grantId, clock.now(), 'share');
      const unusable = grant ? whyNotUsable(grant, policy(), clock.now()) : 'There is no such access.';
      if (!grant || unusable !== undefined) throw new AppError('grant-not-live', unusable ?? 'This access has ended.');
      await tx.db
        .insertInto('sessions')
        .values({
          id: opening.sessionId,
          grant_id: grant.id,
          person_id: grant.requester.id,
          opened_at: opening.at,
          ended_at: null,
          end_reason: null,
          client_address: opening.clientAddress,
        })
        .execute();
      appendAudit(tx, {
        at: opening.at,
        kind: 'session.opened',
        actor: grant.requester,
        subject: opening.sessionId,
        message: `${grant.requester.name} opened a session as ${grant.login} on ${grant.target.name}.`,
        details: { grant: grant.id, clientAddress: opening.clientAddress, ...opening.details },
      });
    });
  }

  async close(closing: SessionClosing): Promise<void> {
    await this.#with.database.inTransaction(async (tx) => {
      const closed = await tx.db
        .updateTable('sessions')
        .set({ ended_at: closing.at, end_reason: closing.reason })
        .where('id', '=', closing.sessionId)
        .where('ended_at', 'is', null)
        .executeTakeFirst();
      if (closed.numUpdatedRows === 0n) return;
      appendAudit(tx, {
        at: closing.at,
        kind: 'session.ended',
        actor: 'gateway',
        subject: closing.sessionId,
        message: `A session ended: ${closing.reason}.`,
        details: { grant: closing.grantId, reason: closing.reason, ...closing.details },
      });
    });
  }

  /** The sessions that were open when this backend died: their connections died with it. For a backend that is alone. */
  async closeLost(): Promise<void> {
    const { database, clock } = this.#with;
    const open = await database.db
      .selectFrom('sessions')
      .select(['id', 'grant_id'])
      .where('ended_at', 'is', null)
      .execute();
    for (const { id, grant_id } of open)
      await this.close({ sessionId: id, grantId: grant_id, reason: 'lost', at: clock.now(), details: {} });
  }

  /** Writes down that somebody was turned away at the gateway. */
  async refused(refusal: { code: string; message: string; subject: string; details: Record<string, unknown> }) {
    const { database, clock } = this.#with;
    const { subject, details } = refusal;
    await writeRefusal(database, clock, { kind: 'session.refused', actor: 'gateway', subject, details }, refusal);
  }
}
