import { useEffect, useState } from 'react';
import type { AccessibleTarget, DryRun } from '../../../protocol/model/access.ts';
import { send } from '../../bridge.ts';
import { checkDuration } from '../../words/durations.ts';
import { type Draft, optionOf } from './draft.ts';

/** How long the form must be still before the backend is asked, ms. */
const STILL_MS = 250;

/** Stands for the reason and ticket: who approves does not hang on them, and they are often still to be written. */
const UNWRITTEN = 'dry run';

/**
 * What would happen if this were asked for; null until known, or when it can't be. What is wrong with the form is said
 * by its fields, so a refused dry run stays silent.
 */
export function useDryRun(entry: AccessibleTarget, draft: Draft): DryRun | null {
  const option = optionOf(entry, draft);
  const length = option === undefined ? undefined : checkDuration(draft.duration, option.maxDurationSeconds);
  const target = entry.target.name;
  const { login } = draft;
  const role = option?.role;
  const durationSeconds = length !== undefined && 'seconds' in length ? length.seconds : undefined;
  const question = [target, login, role, durationSeconds].join(' ');
  const [answer, setAnswer] = useState<{ question: string; dryRun: DryRun } | null>(null);
  useEffect(() => {
    if (role === undefined || durationSeconds === undefined) return;
    let wanted = true;
    const timer = setTimeout(async () => {
      const ask = { target, login, role, durationSeconds, reason: UNWRITTEN, ticket: UNWRITTEN };
      const result = await send('requests.dryRun', ask);
      if (wanted && result.ok) setAnswer({ question, dryRun: result.value });
    }, STILL_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [question, target, login, role, durationSeconds]);
  return answer?.question === question ? answer.dryRun : null;
}
