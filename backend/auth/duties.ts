import type { Duty } from '../../protocol/model/identity.ts';
import { mayApprove, mayRequest, type Policy } from '../../protocol/model/policy.ts';

/** What policy lets somebody of these groups do. Says nothing of single requests: `transition` does. */
export function dutiesOf(policy: Policy, groups: readonly string[]): Duty[] {
  const person = { groups: [...groups] };
  const isIn = (wanted: readonly string[]): boolean => wanted.some((group) => groups.includes(group));
  const duties: [Duty, boolean][] = [
    ['requester', policy.roles.some((role) => mayRequest(role, person))],
    ['approver', policy.roles.some((role) => mayApprove(role, person))],
    ['auditor', isIn(policy.duties.auditors)],
    ['admin', isIn(policy.duties.admins)],
  ];
  return duties.filter(([, has]) => has).map(([duty]) => duty);
}
