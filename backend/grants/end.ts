import { endGrant, endSentence, type Grant, type GrantEnd } from '../../protocol/model/grant.ts';
import type { PersonRef } from '../../protocol/model/identity.ts';
import type { Policy } from '../../protocol/model/policy.ts';
import { type Actor, appendAudit } from '../audit/append.ts';
import { announce } from '../requests/write.ts';
import type { Tx } from '../storage/transaction.ts';
import { announceGrant } from './announce.ts';
import { lockGrant } from './load.ts';

export interface GrantEnding {
  end: GrantEnd;
  /** Whose act it is in the log. */
  actor: Actor;
  /** Whose act it is to people; null when it is nobody's. */
  by: PersonRef | null;
  note: string;
}

/**
 * Locks a grant that is to end, and before it the requests for more time that end with it: whoever decides one of those
 * takes the two locks in the same order.
 */
export async function lockGrantToEnd(tx: Tx, id: string, now: number): Promise<Grant | undefined> {
  await pendingExtensions(tx, id).forUpdate().execute();
  return lockGrant(tx.db, id, now, 'update');
}

/**
 * Writes down that a grant ends, and lets the requests for more time lapse that nobody can grant any more. The caller
 * holds the lock of `lockGrantToEnd`.
 * @throws AppError as `endGrant` says
 */
export async function writeEnd(
  tx: Tx,
  grant: Grant,
  { end, actor, by, note }: GrantEnding,
  now: number,
  policy: Policy,
): Promise<Grant> {
  const reason = endGrant(grant, end, now);
  await tx.db
    .updateTable('grants')
    .set({ ended_at: now, end_reason: reason, ended_by: by?.id ?? null, end_note: note })
    .where('id', '=', grant.id)
    .execute();
  const why = reason === 'released' ? `${by?.name ?? 'its holder'} released it` : endSentence(reason, by?.name);
  appendAudit(tx, {
    at: now,
    kind: 'grant.ended',
    actor,
    subject: grant.id,
    message: `The access of ${grant.requester.name} to ${grant.login} on ${grant.target.name} ended: ${why}.`,
    details: { reason, note, endsAt: grant.endsAt, drainSeconds: grant.drainSeconds },
  });
  for (const { id } of await pendingExtensions(tx, grant.id).execute()) {
    await tx.db.updateTable('requests').set({ state: 'lapsed', closed_at: now }).where('id', '=', id).execute();
    const message = `The request of ${grant.requester.name} for more time lapsed: the access has ended.`;
    const details = { grant: grant.id };
    appendAudit(tx, { at: now, kind: 'request.lapsed', actor: 'backend', subject: id, message, details });
    await announce(tx, id, now, policy);
  }
  return announceGrant(tx, grant.id, now, policy.duties.admins);
}

function pendingExtensions(tx: Tx, grantId: string) {
  return tx.db
    .selectFrom('requests')
    .select('id')
    .where('extends_grant_id', '=', grantId)
    .where('state', '=', 'pending')
    .orderBy('id');
}
