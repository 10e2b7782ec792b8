import { AppError } from '../../protocol/errors.ts';
import { cutsAt, type EndReason, type Grant, isLive, mayPass } from '../../protocol/model/grant.ts';
import type { Policy, PolicyTarget } from '../../protocol/model/policy.ts';
import type { Clock } from '../../protocol/time.ts';
import { appendAudit } from '../audit/append.ts';
import { writeRefusal } from '../audit/refusals.ts';
import type { Database } from '../storage/database.ts';
import type { Tx } from '../storage/transaction.ts';
import { whyNotUsable } from './certificates.ts';
import { lockGrantToEnd, writeEnd } from './end.ts';
import { findGrant, lockGrant } from './load.ts';

const ENDS_WITH_SESSION = 'Its last session closed, and it was asked for until then.';

export interface SessionServices {
  database: Database;
  clock: Clock;
  policy: () => Policy;
  /** The node that carries what is opened here. @throws AppError when it may not */
  holdNode: (tx: Tx) => Promise<string>;
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
  /** `over`: nothing of it may go on either, and why. `mayGoOn`: what is open may, and nothing new is opened. */
  | { ok: false; code: string; message: string; over?: { reason: EndReason; by: string | null }; mayGoOn?: true };

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
    if (unusable !== undefined || !target) {
      const over = endOf(grant, clock.now());
      return {
        ok: false,
        code: 'grant-not-live',
        message: unusable ?? 'This access has ended.',
        ...(over ? { over } : mayPass(grant, clock.now()) && { mayGoOn: true }),
      };
    }
    if (target.via === 'direct') return refuse('target-direct', throughNoGateway(target.name));
    return { ok: true, grant, target };
  }

  /** Writes down that a session begins. @throws AppError 'grant-not-live' when the grant ended meanwhile: let nobody in */
  async open(opening: SessionOpening): Promise<void> {
    const { database, clock, policy, holdNode } = this.#with;
    await database.inTransaction(async (tx) => {
      const nodeId = await holdNode(tx);
      const grant = await lockGrant(tx.db, opening.grantId, clock.now(), 'share');
      const unusable = grant ? whyNotUsable(grant, policy(), clock.now()) : 'There is no such access.';
      if (grant?.target.via === 'direct') throw new AppError('wrong-state', throughNoGateway(grant.target.name));
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
          node_id: nodeId,
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

  /**
   * Writes down that a session is over, once, whoever says so again; with the last one of a grant that was asked for until
   * then, the grant ends. A session that opens meanwhile is either counted here or finds the grant ended: both lock it.
   */
  async close(closing: SessionClosing): Promise<void> {
    const { database, clock, policy } = this.#with;
    await database.inTransaction(async (tx) => {
      const grant = await lockGrantToEnd(tx, closing.grantId, clock.now());
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
      const now = clock.now();
      if (!grant?.endsWithSession || !mayPass(grant, now) || (await hasOpenSession(tx, grant.id))) return;
      const end = { reason: 'released', by: grant.requester.id } as const;
      const ending = { end, actor: 'gateway', by: grant.requester, note: ENDS_WITH_SESSION } as const;
      await writeEnd(tx, grant, ending, now, policy());
    });
  }

  /**
   * Writes down where a session connects onward to, before it does.
   * @throws AppError 'grant-not-live' when the session or its grant is over: let nothing through
   */
  async forwarded(forwarding: { sessionId: string; grantId: string; to: string; at: number }): Promise<void> {
    const { database, clock } = this.#with;
    const { sessionId, grantId, to, at } = forwarding;
    await database.inTransaction(async (tx) => {
      const grant = await lockGrant(tx.db, grantId, clock.now(), 'share');
      if (!grant || !isLive(grant, clock.now())) throw new AppError('grant-not-live', 'This access has ended.');
      appendAudit(tx, {
        at,
        kind: 'session.forwarded',
        actor: grant.requester,
        subject: sessionId,
        message: `${grant.requester.name} connected to ${to} by way of ${grant.target.name}.`,
        details: { grant: grantId, to },
      });
    });
  }

  /** Writes down that somebody was turned away at the gateway. */
  async refused(refusal: { code: string; message: string; subject: string; details: Record<string, unknown> }) {
    const { database, clock } = this.#with;
    const { subject, details } = refusal;
    await writeRefusal(database, clock, { kind: 'session.refused', actor: 'gateway', subject, details }, refusal);
  }
}

/** Why nothing of a grant may go on, if so. One that has not begun, or is refused for another reason, is not over. */
function endOf({ status, ...grant }: Grant, now: number): { reason: EndReason; by: string | null } | undefined {
  if (status.state === 'ended') return { reason: status.reason, by: status.by?.name ?? null };
  return now >= cutsAt(grant) ? { reason: 'expired', by: null } : undefined;
}

function throughNoGateway(target: string): string {
  return `${target} is reached directly, not through the gateway; connect from the app.`;
}

async function hasOpenSession(tx: Tx, grantId: string): Promise<boolean> {
  const open = tx.db.selectFrom('sessions').select('id').where('grant_id', '=', grantId).where('ended_at', 'is', null);
  return (await open.executeTakeFirst()) !== undefined;
}
