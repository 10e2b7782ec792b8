import { cutsAt, type Grant } from '../../protocol/model/grant.ts';
import { mayRequest, type Policy, roleCovers } from '../../protocol/model/policy.ts';
import { appendAudit } from '../audit/append.ts';
import type { Tx } from '../storage/transaction.ts';
import { announceGrant } from './announce.ts';
import { lockGrantToEnd, writeEnd } from './end.ts';
import type { GrantServices } from './grants.ts';
import { lockGrantRow } from './load.ts';

/**
 * Begins a scheduled grant whose time has come, once, whoever says so again. It was approved up to 30 days ago: where
 * nobody could ask for it today any more, it ends instead.
 */
export async function beginGrant(
  tx: Tx,
  id: string,
  { clock, policy: current }: Pick<GrantServices, 'clock' | 'policy'>,
): Promise<void> {
  // It may end here, so the locks are those of an end, in their order.
  await lockGrantToEnd(tx, id, clock.now());
  const row = await lockGrantRow(tx.db, id, clock.now());
  const now = clock.now();
  if (!row || row.startAnnounced || row.grant.status.state === 'ended' || now < row.grant.startsAt) return;
  const { grant } = row;
  // Its whole time went by meanwhile: it expires, and does not begin.
  if (now >= cutsAt(grant)) return;
  const policy = current();
  const requester = await tx.db
    .selectFrom('people')
    .select('groups')
    .where('id', '=', grant.requester.id)
    .executeTakeFirstOrThrow();
  const note = whyNotToBegin(grant, policy, requester);
  if (note !== undefined) {
    const end = { reason: 'revoked', by: 'backend', mayEnd: true } as const;
    await writeEnd(tx, grant, { end, actor: 'backend', by: null, note }, now, policy);
    return;
  }
  await tx.db.updateTable('grants').set({ start_announced_at: now }).where('id', '=', id).execute();
  appendAudit(tx, {
    at: now,
    kind: 'grant.started',
    actor: 'backend',
    subject: id,
    message: `The access of ${grant.requester.name} to ${grant.login} on ${grant.target.name} has begun.`,
    details: { startsAt: grant.startsAt, endsAt: grant.endsAt },
  });
  await announceGrant(tx, id, now, policy.duties.admins);
}

/** Which rule of today's policy a scheduled grant fails, as a sentence; undefined when it may begin. Pure. */
export function whyNotToBegin(
  { target, role: roleName, login }: Pick<Grant, 'target' | 'role' | 'login'>,
  policy: Pick<Policy, 'targets' | 'roles'>,
  requester: { groups: string[] },
): string | undefined {
  const did = 'It did not begin:';
  const today = policy.targets.find((t) => t.name === target.name);
  if (!today) return `${did} the target ${target.name} is no longer in the policy.`;
  const role = policy.roles.find((r) => r.name === roleName);
  if (!role) return `${did} the role ${roleName} is no longer in the policy.`;
  if (!roleCovers(role, today)) return `${did} the role ${roleName} no longer covers ${target.name}.`;
  if (!role.logins.includes(login)) return `${did} the role ${roleName} no longer gives the login ${login}.`;
  if (!mayRequest(role, requester))
    return `${did} its holder is in none of the groups any more that may ask for the role ${roleName}.`;
  return undefined;
}
