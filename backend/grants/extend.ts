import { AppError } from '../../protocol/errors.ts';
import { isLive } from '../../protocol/model/grant.ts';
import { durationInWords } from '../../protocol/time.ts';
import { appendAudit } from '../audit/append.ts';
import type { Tx } from '../storage/transaction.ts';
import { announceGrant } from './announce.ts';
import { extensionsLeft, lockGrantRow } from './load.ts';

/**
 * Makes a live grant longer by what was approved, in the transaction of the last approval. Those who could approve that
 * may revoke it from now on, too.
 * @throws AppError 'grant-not-live' when it ended, or began to drain, since it was asked for
 */
export async function extendGrant(
  tx: Tx,
  request: { view: { id: string; extendsGrantId: string | null }; approverGroups: readonly string[] },
  durationSeconds: number,
  now: number,
  adminGroups: readonly string[],
): Promise<void> {
  const { id: requestId, extendsGrantId } = request.view;
  const row = extendsGrantId === null ? undefined : await lockGrantRow(tx.db, extendsGrantId, now);
  if (!row || !isLive(row.grant, now))
    throw new AppError('grant-not-live', 'The access that this would make longer has ended.');
  if (extensionsLeft(row) < 1)
    throw new AppError('wrong-state', 'This access has been made longer as often as its role lets it.');
  const { grant } = row;
  const endsAt = grant.endsAt + durationSeconds * 1000;
  await tx.db
    .updateTable('grants')
    .set({
      ends_at: endsAt,
      extensions: row.extensions + 1,
      approver_groups: [...new Set([...grant.approverGroups, ...request.approverGroups])],
    })
    .where('id', '=', grant.id)
    .execute();
  const words = durationInWords(durationSeconds * 1000);
  appendAudit(tx, {
    at: now,
    kind: 'grant.extended',
    actor: 'backend',
    subject: grant.id,
    message: `${grant.requester.name} has ${grant.login} on ${grant.target.name} for ${words} more.`,
    details: { request: requestId, durationSeconds, endedAt: grant.endsAt, endsAt, extension: row.extensions + 1 },
  });
  await announceGrant(tx, grant.id, now, adminGroups);
}
