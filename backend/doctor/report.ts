import type { Finding, Verdict } from './finding.ts';

const MARKS: Record<Verdict, string> = { ok: 'ok', warning: 'warning', wrong: 'WRONG' };

/** Servers that are asked have their say in a sentence: none of them may begin a line or steer the terminal. */
const shown = (sentence: string): string => sentence.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\uFFFD');

/** The findings for people: a line each, and how many of which. */
export function reportInWords(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.map(
    ({ check, verdict, sentence }) => `${MARKS[verdict].padEnd(7)}  ${check.padEnd(width)}  ${shown(sentence)}`,
  );
  const count = (verdict: Verdict): number => findings.filter((finding) => finding.verdict === verdict).length;
  const warnings = count('warning');
  return [
    ...lines,
    '',
    `${count('ok')} ok, ${warnings} warning${warnings === 1 ? '' : 's'}, ${count('wrong')} wrong.`,
  ].join('\n');
}

/** The same for programs. `wrong` is what the exit status says too. */
export function reportInJson(config: string, findings: readonly Finding[]): string {
  return JSON.stringify({ config, wrong: findings.some(({ verdict }) => verdict === 'wrong'), findings }, null, 2);
}
