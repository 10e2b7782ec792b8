import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Finding, findingsOf } from './finding.ts';

const { ok, warning, wrong } = findingsOf('clock');

/** Grants and certificates are counted in minutes, and identity providers allow half a minute. Milliseconds. */
const ASTRAY_MS = 30_000;
const DOUBTFUL_MS = 5_000;
const PROGRAM_TIMEOUT_MS = 3_000;

export interface ClockFacts {
  readonly synchronised: 'yes' | 'no' | 'unknown';
  /** How far another clock is ahead of ours; milliseconds. */
  readonly others: readonly { readonly whose: string; readonly aheadMs: number }[];
}

const run = promisify(execFile);

/** Asks systemd, then chrony. In a container there is neither: the host keeps the clock. */
export async function probeSynchronised(): Promise<ClockFacts['synchronised']> {
  const options = { timeout: PROGRAM_TIMEOUT_MS, env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' } };
  const said = async (program: string, words: string[]): Promise<string> =>
    run(program, words, options).then(
      ({ stdout }) => stdout.trim(),
      () => '',
    );
  const systemd = await said('timedatectl', ['show', '--property=NTPSynchronized', '--value']);
  if (systemd === 'yes') return 'yes';
  const chrony = await said('chronyc', ['-c', 'tracking']);
  // Its last field is the leap status.
  if (chrony !== '') return /,Not synchronised$/i.test(chrony) ? 'no' : 'yes';
  return systemd === 'no' ? 'no' : 'unknown';
}

export function judgeClock({ synchronised, others }: ClockFacts): Finding[] {
  const findings: Finding[] = [];
  for (const { whose, aheadMs } of others) {
    const apart = `${Math.round(Math.abs(aheadMs) / 1000)} s ${aheadMs > 0 ? 'ahead of' : 'behind'}`;
    if (Math.abs(aheadMs) > ASTRAY_MS)
      findings.push(
        wrong(`The clock of ${whose} is ${apart} ours: grants would end at the wrong moment; set both by NTP.`),
      );
    else if (Math.abs(aheadMs) > DOUBTFUL_MS)
      findings.push(warning(`The clock of ${whose} is ${apart} ours; set both by NTP.`));
  }
  if (synchronised === 'no')
    findings.push(warning('The clock is not synchronised: switch on NTP (timedatectl set-ntp true).'));
  if (findings.length > 0) return findings;
  const agreed = others.length === 0 ? '' : ` It agrees with ${others.map(({ whose }) => whose).join(' and ')}.`;
  return [
    ok(`${synchronised === 'yes' ? 'The clock is synchronised.' : 'Who sets the clock cannot be told here.'}${agreed}`),
  ];
}
