import { AppError } from '../../protocol/errors.ts';
import { isLive } from '../../protocol/model/grant.ts';
import type { Person } from '../../protocol/model/identity.ts';
import { groupsOf, type Role } from '../../protocol/model/policy.ts';
import type { AccessRequest } from '../../protocol/model/request.ts';
import { durationInWords } from '../../protocol/time.ts';
import { appendAudit } from '../audit/append.ts';
import { auditRefusal } from '../audit/refusals.ts';
import { allowed, refuseTooMany } from '../requests/ask.ts';
import { announce } from '../requests/write.ts';
import { newId } from '../storage/ids.ts';
import type { Tx } from '../storage/transaction.ts';
import type { GrantServices } from './grants.ts';
import { extensionsLeft, type GrantRow, lockGrantRow } from './load.ts';

export interface MoreTime {
  durationSeconds: number;
  reason: string;
  ticket: string;
}

/** Asking for more time on what one has. It becomes a request like any other, with the approvals the role wants today. */
export class Extensions {
  readonly #with: GrantServices;

  constructor(services: GrantServices) {
    this.#with = services;
  }

  /**
   * @throws AppError 'not-found' for what is not this person's, 'grant-not-live', 'wrong-state' when one is waiting or none
   * is left, and as `evaluate` refuses what the role does not give (any more)
   */
  async ask(person: Person, grantId: string, more: MoreTime): Promise<AccessRequest> {
    const { database, clock } = this.#with;
    const details = { grant: grantId, durationSeconds: more.durationSeconds };
    return auditRefusal(database, clock, { kind: 'request.refused', actor: person, subject: grantId, details }, () =>
      database.inTransaction((tx) => this.#write(tx, person, grantId, more)),
    );
  }

  async #write(tx: Tx, person: Person, grantId: string, more: MoreTime): Promise<AccessRequest> {
    // The lock keeps the grant from ending, and a second ask from coming in, before this one is written.
    const row = await lockGrantRow(tx.db, grantId, this.#with.clock.now());
    const now = this.#with.clock.now();
    if (row?.grant.requester.id !== person.id)
      throw new AppError('not-found', 'There is no such access of yours; only its holder can ask for more time.');
    await refuseSecond(tx, grantId);
    await refuseTooMany(tx, person);
    const role = this.#roleFor(person, row, more, now);
    const { grant, terms } = row;
    const [id, reason, ticket] = [newId('req', now), more.reason.trim(), more.ticket.trim()];
    await tx.db
      .insertInto('requests')
      .values({
        id,
        requester_id: person.id,
        target: JSON.stringify(grant.target),
        login: grant.login,
        role: grant.role,
        duration_seconds: more.durationSeconds,
        reason,
        ticket,
        state: 'pending',
        created_at: now,
        lapses_at: Math.min(now + role.lapsesAfter * 1000, grant.endsAt),
        closed_at: null,
        requirements: JSON.stringify(role.approvals),
        approver_groups: groupsOf(role.approvals),
        limits: JSON.stringify(grant.limits),
        batch_id: null,
        extends_grant_id: grantId,
        starts_at: null,
        ends_with_session: grant.endsWithSession,
        terms: JSON.stringify(terms),
      })
      .execute();
    const words = durationInWords(more.durationSeconds * 1000);
    const { durationSeconds } = more;
    appendAudit(tx, {
      at: now,
      kind: 'request.created',
      actor: person,
      subject: id,
      message: `${person.name} asked for ${words} more of ${grant.login} on ${grant.target.name}.`,
      details: {
        ...{ target: grant.target.name, login: grant.login, role: grant.role, durationSeconds, reason, ticket },
        extends: grantId,
      },
    });
    return announce(tx, id, now, this.#with.policy());
  }

  /** The role as it is today; whatever is stricter, it or the terms the grant was given on, holds. */
  #roleFor(person: Person, row: GrantRow, more: MoreTime, now: number): Role {
    const { grant, terms } = row;
    if (!isLive(grant, now))
      throw new AppError('grant-not-live', whyNotLonger(grant.status.state, now, grant.startsAt));
    const ask = {
      ...{ target: grant.target.name, login: grant.login, role: grant.role },
      ...{ ...more, startsAt: null, endsWithSession: grant.endsWithSession },
    };
    const { role } = allowed(this.#with.policy(), person, ask, now);
    if (extensionsLeft(row) < 1 || row.extensions >= role.maxExtensions)
      throw new AppError('wrong-state', 'This access cannot be made longer any more; ask for a new one when it ends.');
    if (more.durationSeconds > terms.maxSeconds) {
      const most = durationInWords(terms.maxSeconds * 1000);
      throw new AppError('invalid-input', `This access can be made longer by at most ${most} at a time.`, {
        field: 'durationSeconds',
      });
    }
    if (givesMore(row, role))
      throw new AppError(
        'wrong-state',
        `The role ${role.name} has become stricter since this access was given; ask for a new one when it ends.`,
      );
    return role;
  }
}

/** Whether a grant lets its sessions do something, or go on for longer, than its role would today. */
function givesMore({ grant, terms }: GrantRow, { session, drain, onScreenLock }: Role): boolean {
  const kinds = ['shell', 'exec', 'sftp', 'forward'] as const;
  return (
    kinds.some((kind) => grant.limits[kind] && !session[kind]) ||
    terms.drainSeconds > drain ||
    (terms.onScreenLock === 'keep' && onScreenLock === 'end')
  );
}

function whyNotLonger(state: 'scheduled' | 'live' | 'ended', now: number, startsAt: number): string {
  if (state !== 'ended' && now < startsAt) return 'This access has not begun yet; ask for more time when it has.';
  return 'This access has ended, so it cannot be made longer. Ask for a new one.';
}

async function refuseSecond(tx: Tx, grantId: string): Promise<void> {
  const waiting = await tx.db
    .selectFrom('requests')
    .select('id')
    .where('extends_grant_id', '=', grantId)
    .where('state', '=', 'pending')
    .executeTakeFirst();
  if (waiting)
    throw new AppError('wrong-state', 'You have asked for more time already; wait for the decision, or take it back.');
}
