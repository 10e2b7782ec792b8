import type { Duty, StandIn } from '../../protocol/model/identity.ts';
import { mayApprove, mayRequest, type Policy } from '../../protocol/model/policy.ts';

/**
 * What policy lets somebody of these groups do, who takes these places of approvers. Says nothing of single requests:
 * `transition` does.
 */
export function dutiesOf(policy: Policy, groups: readonly string[], places: readonly StandIn[]): Duty[] {
  const person = { groups: [...groups] };
  const isIn = (wanted: readonly string[]): boolean => wanted.some((group) => groups.includes(group));
  const duties: [Duty, boolean][] = [
    ['requester', policy.roles.some((role) => mayRequest(role, person))],
    ['approver', policy.roles.some((role) => [person, ...places].some((one) => mayApprove(role, one)))],
    ['auditor', isIn(policy.duties.auditors)],
    ['admin', isIn(policy.duties.admins)],
  ];
  return duties.filter(([, has]) => has).map(([duty]) => duty);
}
