import { useEffect, useState } from 'react';
import type { DryRun } from '../../../protocol/model/access.ts';
import { send } from '../../bridge.ts';
import { checkDuration } from '../../words/durations.ts';
import type { Draft } from './draft.ts';
import type { Offer } from './offer.ts';

/** How long the form must be still before the backend is asked, ms. */
const STILL_MS = 250;

/** Stands for the reason and ticket: who approves does not hang on them, and they are often still to be written. */
const UNWRITTEN = 'dry run';

/**
 * What would happen if this were asked for, one answer for each of the offer's groups; null until known, or when it
 * can't be. What is wrong with the form is said by its fields, so a refused dry run stays silent.
 */
export function useDryRuns({ groups, role, maxDurationSeconds }: Offer, draft: Draft): (DryRun | null)[] {
  const length = checkDuration(draft.duration, maxDurationSeconds);
  // One of the targets speaks for those that want the same approvals.
  const asks = groups.map(({ targets }) => ({
    target: targets[0] ?? '',
    login: draft.login,
    ...(role === null ? {} : { role: role.role }),
    durationSeconds: 'seconds' in length ? length.seconds : 0,
    reason: UNWRITTEN,
    ticket: UNWRITTEN,
  }));
  const question = JSON.stringify(asks);
  const [answer, setAnswer] = useState<{ question: string; dryRuns: (DryRun | null)[] } | null>(null);
  useEffect(() => {
    const wished = JSON.parse(question) as typeof asks;
    if (wished.some((ask) => ask.durationSeconds === 0)) return;
    let wanted = true;
    const timer = setTimeout(async () => {
      const results = await Promise.all(wished.map((ask) => send('requests.dryRun', ask)));
      if (wanted) setAnswer({ question, dryRuns: results.map((result) => (result.ok ? result.value : null)) });
    }, STILL_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [question]);
  return answer?.question === question ? answer.dryRuns : groups.map(() => null);
}
