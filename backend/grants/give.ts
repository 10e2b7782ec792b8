import type { SessionLimits } from '../../protocol/model/grant.ts';
import type { AccessRequest } from '../../protocol/model/request.ts';
import { durationInWords } from '../../protocol/time.ts';
import { appendAudit } from '../audit/append.ts';
import { newId } from '../storage/ids.ts';
import type { GrantTerms } from '../storage/tables.ts';
import type { Tx } from '../storage/transaction.ts';
import { announceGrant } from './announce.ts';

/** What was asked for, as far as a grant is made of it. */
export interface ApprovedRequest {
  view: AccessRequest;
  limits: SessionLimits;
  approverGroups: string[];
  terms: GrantTerms;
}

/**
 * Gives what was approved, in the transaction of the last approval. The clock starts now, or at the start that was asked
 * for if that is still to come.
 */
export async function giveGrant(
  tx: Tx,
  request: ApprovedRequest,
  durationSeconds: number,
  now: number,
  adminGroups: readonly string[],
): Promise<void> {
  const { view } = request;
  const id = newId('gra', now);
  const startsAt = Math.max(now, view.startsAt ?? now);
  const endsAt = startsAt + durationSeconds * 1000;
  await tx.db
    .insertInto('grants')
    .values({
      id,
      request_id: view.id,
      requester_id: view.requester.id,
      target: JSON.stringify(view.target),
      login: view.login,
      role: view.role,
      limits: JSON.stringify(request.limits),
      approver_groups: request.approverGroups,
      starts_at: startsAt,
      ends_at: endsAt,
      ended_at: null,
      end_reason: null,
      ended_by: null,
      end_note: '',
      ends_with_session: view.endsWithSession,
      terms: JSON.stringify(request.terms),
      start_announced_at: startsAt > now ? null : now,
    })
    .execute();
  const words = durationInWords(durationSeconds * 1000);
  const from = startsAt > now ? `, from ${new Date(startsAt).toISOString().slice(0, 16)}Z on` : '';
  appendAudit(tx, {
    at: now,
    kind: 'grant.given',
    actor: 'backend',
    subject: id,
    message: `${view.requester.name} has ${view.login} on ${view.target.name} for ${words}${from}.`,
    details: { request: view.id, target: view.target.name, login: view.login, startsAt, endsAt },
  });
  await announceGrant(tx, id, now, adminGroups);
}
