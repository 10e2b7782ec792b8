import { routes } from '../../protocol/api/routes.ts';
import { type Answer, ask, textIn } from './ask.ts';
import { certificateEnd, endsSoon } from './certificate.ts';
import { type Finding, findingsOf } from './finding.ts';
import type { Running } from './running-backend.ts';

const { ok, warning, wrong } = findingsOf('public address');

export interface PublicAddressFacts {
  readonly publicUrl: string;
  readonly answer: Answer;
  readonly certificateEnd: number | undefined;
}

export async function probePublicAddress(publicUrl: string): Promise<PublicAddressFacts> {
  const { origin, protocol } = new URL(publicUrl);
  const [answer, end] = await Promise.all([
    ask(`${origin}${routes['org.show'].path}`),
    protocol === 'https:' ? certificateEnd(origin) : undefined,
  ]);
  return { publicUrl: origin, answer, certificateEnd: end };
}

/** @param now epoch ms */
export function judgePublicAddress(facts: PublicAddressFacts, org: string, running: Running, now: number): Finding[] {
  const { publicUrl, answer } = facts;
  const findings: Finding[] = [];
  const soon = endsSoon(facts.certificateEnd, now);
  if (soon) findings.push(warning(`The certificate of ${publicUrl} ${soon}.`));
  const up = running === 'well';
  if ('why' in answer) {
    const sentence = `${publicUrl} cannot be reached from here: ${answer.why}`;
    // Without a proxy the backend itself is what does not answer yet.
    if (!up && answer.refused && publicUrl.startsWith('http:'))
      return [ok(`${publicUrl} answers once the backend runs.`)];
    findings.push((up ? wrong : warning)(`${sentence}; check name, firewall and proxy.`));
  } else if (answer.status === 200 && textIn(answer.json, 'name') !== undefined) {
    const name = textIn(answer.json, 'name');
    if (name !== org)
      findings.push(wrong(`${publicUrl} is the backend of "${name}", not of "${org}": check the proxy.`));
  } else if (up) {
    findings.push(
      wrong(`${publicUrl} answers, but not as the backend (HTTP ${answer.status}): check where its proxy sends calls.`),
    );
  } else if (answer.status < 500) {
    findings.push(
      warning(`${publicUrl} answers with something else (HTTP ${answer.status}): check where its proxy sends calls.`),
    );
  }
  if (findings.length > 0) return findings;
  return [
    ok(up ? `${publicUrl} answers as ${org}.` : `${publicUrl} is there; it answers as ${org} once the backend runs.`),
  ];
}
