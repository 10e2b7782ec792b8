import type { SessionLimits } from '../../protocol/model/grant.ts';
import type { AccessRequest } from '../../protocol/model/request.ts';
import { durationInWords } from '../../protocol/time.ts';
import { appendAudit } from '../audit/append.ts';
import { newId } from '../storage/ids.ts';
import type { Tx } from '../storage/transaction.ts';
import { announceGrant } from './announce.ts';

/** Gives what was approved, in the transaction of the last approval. The clock starts now. */
export async function giveGrant(
  tx: Tx,
  request: { view: AccessRequest; limits: SessionLimits; approverGroups: string[] },
  durationSeconds: number,
  now: number,
  adminGroups: readonly string[],
): Promise<void> {
  const { view } = request;
  const id = newId('gra', now);
  const endsAt = now + durationSeconds * 1000;
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
      starts_at: now,
      ends_at: endsAt,
      ended_at: null,
      end_reason: null,
      ended_by: null,
      end_note: '',
    })
    .execute();
  const words = durationInWords(durationSeconds * 1000);
  appendAudit(tx, {
    at: now,
    kind: 'grant.given',
    actor: 'backend',
    subject: id,
    message: `${view.requester.name} has ${view.login} on ${view.target.name} for ${words}.`,
    details: { request: view.id, target: view.target.name, login: view.login, startsAt: now, endsAt },
  });
  await announceGrant(tx, id, now, adminGroups);
}
