/** `warning`: it runs, and will be regretted. `wrong`: it does not start, or does not do what it is for. */
export type Verdict = 'ok' | 'warning' | 'wrong';

/** What one look found: one sentence, which for anything but ok says what to do. Never holds a secret. */
export interface Finding {
  readonly check: string;
  readonly verdict: Verdict;
  readonly sentence: string;
}

/** The findings of one check, by its name. */
export function findingsOf(check: string) {
  const as =
    (verdict: Verdict) =>
    (sentence: string): Finding => ({ check, verdict, sentence });
  return { ok: as('ok'), warning: as('warning'), wrong: as('wrong') };
}
