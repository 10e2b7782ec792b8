import type { AccessibleTarget } from '../../protocol/model/access.ts';
import type { Person } from '../../protocol/model/identity.ts';
import { mayRequest, type Policy, publicTarget, roleCovers } from '../../protocol/model/policy.ts';

/** What a person may ask for: each target with every role that gives it, in the order of the policy. */
export function accessOf(policy: Policy, person: Pick<Person, 'groups'>): AccessibleTarget[] {
  const roles = policy.roles.filter((role) => mayRequest(role, person));
  return policy.targets.flatMap((target) => {
    const options = roles
      .filter((role) => roleCovers(role, target))
      .map((role) => ({
        role: role.name,
        description: role.description,
        logins: role.logins,
        maxDurationSeconds: role.maxDuration,
        reason: role.reason,
        ticket: role.ticket,
        needs: role.approvals,
      }));
    return options.length > 0 ? [{ target: publicTarget(target), options }] : [];
  });
}
