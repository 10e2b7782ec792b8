import type { PolicyTarget } from '../../protocol/model/policy.ts';
import { fingerprint } from '../../protocol/ssh/public-key.ts';
import { pinnedHostKeys } from '../gateway/host-keys.ts';
import { type ShownHostKey, showHostKey } from '../gateway/show-host-key.ts';
import { type Finding, findingsOf } from './finding.ts';

const { ok, warning, wrong } = findingsOf('targets');

/** Long enough for a far network, short enough for a hundred dead targets. Milliseconds. */
const TIMEOUT_MS = 5_000;
const AT_ONCE = 32;

export interface TargetFacts {
  readonly target: PolicyTarget;
  readonly shown: ShownHostKey;
}

/** Targets whose policy pins no usable key are left out: the policy's own check names them. */
export async function probeTargets(targets: readonly PolicyTarget[], timeoutMs = TIMEOUT_MS): Promise<TargetFacts[]> {
  const waiting = targets.filter((target) => pinnedHostKeys(target.hostKeys).algorithms.length > 0);
  const facts: TargetFacts[] = [];
  const worker = async (): Promise<void> => {
    for (let target = waiting.shift(); target; target = waiting.shift()) {
      const { address: host, port, hostKeys } = target;
      const { algorithms } = pinnedHostKeys(hostKeys);
      facts.push({ target, shown: await showHostKey({ host, port, algorithms, timeoutMs }) });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return facts.sort((a, b) => a.target.name.localeCompare(b.target.name));
}

/** A target that is off is its owner's affair; one that is somebody else is ours. */
export function judgeTargets(facts: readonly TargetFacts[]): Finding[] {
  if (facts.length === 0) return [];
  const findings = facts.flatMap(({ target, shown }): Finding[] => {
    const { name, address, port } = target;
    const where = `${name} (${address}, port ${port})`;
    if ('why' in shown) {
      // Only the apps dial it; from here it may well be out of reach.
      if (target.via === 'direct') return [];
      return [warning(`${where} cannot be reached: ${shown.why}; check the address, the firewall and its sshd.`)];
    }
    const pinned = pinnedHostKeys(target.hostKeys);
    if (pinned.accepts(shown.blob)) return [];
    return [
      wrong(
        `${where} shows the host key ${fingerprint(shown.blob)} instead of ${pinned.fingerprints.join(' or ')}: compare them on the target's console, and change hostKeys only if it was set up anew.`,
      ),
    ];
  });
  if (findings.length > 0) return findings;
  const reached = facts.filter(({ shown }) => 'blob' in shown).length;
  return [ok(`${reached} of ${facts.length} targets answer, all of them with a pinned host key.`)];
}
