import { basename } from 'node:path';
import { AppError } from '../../protocol/errors.ts';
import { type Policy, roleCovers } from '../../protocol/model/policy.ts';
import { pinnedHostKeys } from '../gateway/host-keys.ts';
import { parsePolicy } from '../policy/parse.ts';
import { readPolicyFile } from '../policy/policy-source.ts';
import { type FileFacts, factsOfFile, othersMayWrite } from './file-facts.ts';
import { type Finding, findingsOf } from './finding.ts';
import type { ServiceUser } from './service-user.ts';

const { ok, warning, wrong } = findingsOf('policy');

export type PolicyFacts =
  | { readonly policy: Policy; readonly file: FileFacts | undefined }
  /** Why there is none. */
  | { readonly refused: string };

export async function probePolicy(path: string): Promise<PolicyFacts> {
  try {
    return { policy: parsePolicy(await readPolicyFile(path), basename(path)), file: await factsOfFile(path) };
  } catch (error) {
    if (error instanceof AppError) return { refused: error.message };
    throw error;
  }
}

/** Valid is what the backend starts with; the warnings are about policies that cannot be meant so. */
export function judgePolicy(facts: PolicyFacts, service: ServiceUser): Finding[] {
  if ('refused' in facts) return [wrong(facts.refused)];
  const { policy, file } = facts;
  const findings: Finding[] = [];
  if (file && othersMayWrite(file, service))
    findings.push(
      wrong(`Others than root may change ${file.path}; run: chown root ${file.path} && chmod go-w ${file.path}`),
    );
  const unpinned = policy.targets.filter((target) => pinnedHostKeys(target.hostKeys).algorithms.length === 0);
  for (const { name } of unpinned)
    findings.push(
      wrong(`None of the hostKeys of ${name} is a whole public key: nobody gets in; copy them from the target.`),
    );
  if (policy.targets.length === 0) findings.push(warning('There is no target yet: write one into the policy.'));
  else if (policy.roles.length === 0)
    findings.push(warning('There is no role: nobody may ask for anything; write one.'));
  else {
    const covered = (name: string): boolean =>
      policy.targets.some((target) => target.name === name && policy.roles.some((role) => roleCovers(role, target)));
    const idle = policy.targets.filter(({ name }) => !covered(name)).map(({ name }) => name);
    if (idle.length > 0)
      findings.push(warning(`No role covers ${list(idle)}: nobody may ask for it; name it in a role.`));
  }
  for (const role of policy.roles) {
    if (policy.targets.length > 0 && !policy.targets.some((target) => roleCovers(role, target)))
      findings.push(warning(`The role ${role.name} covers no target: check its names and labels.`));
    // Nobody decides on their own request, so this is no hole; but where all are equals, no second look is meant.
    const requesters = new Set(role.requesters.groups);
    if (role.approvals.every(({ groups }) => groups.every((group) => requesters.has(group))))
      findings.push(
        warning(`In the role ${role.name} only those who may ask may approve: name a group of approvers of its own.`),
      );
  }
  if (policy.duties.admins.length === 0)
    findings.push(warning('duties.admins names no group: nobody can revoke every grant; name one.'));
  if (policy.duties.auditors.length === 0)
    findings.push(warning('duties.auditors names no group: nobody can read the audit log; name one.'));
  if (findings.some(({ verdict }) => verdict === 'wrong')) return findings;
  return [
    ok(`It is valid: ${count(policy.targets.length, 'target')}, ${count(policy.roles.length, 'role')}.`),
    ...findings,
  ];
}

function list(names: readonly string[]): string {
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}

function count(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? '' : 's'}`;
}
