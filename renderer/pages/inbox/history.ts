import type { ShownFacts } from '../../../protocol/model/access.ts';
import { durationWords } from '../../words/durations.ts';
import { withoutTurns } from '../../words/free-text.ts';
import { dayAndTime } from '../../words/moments.ts';
import { words } from './words.ts';

/** How well this person is known on this target: "3 accesses in 30 days, last yesterday 14:05". */
export function historySentence(
  { accessesLast30Days, lastAccessAt }: Pick<ShownFacts, 'accessesLast30Days' | 'lastAccessAt'>,
  now: number,
): string {
  if (lastAccessAt === null) return words.firstTime;
  return `${words.accesses(accessesLast30Days)}, ${words.lastAccess(dayAndTime(lastAccessAt, now))}`;
}

/** One earlier request: "yesterday 14:05: approved, 1 h, Sam Lee". */
export function earlierSentence(earlier: ShownFacts['earlier'][number], now: number): string {
  const by = withoutTurns(earlier.decidedBy).trim();
  const parts = [words.states[earlier.state], durationWords(earlier.durationSeconds), ...(by === '' ? [] : [by])];
  return `${dayAndTime(earlier.at, now)}: ${parts.join(', ')}`;
}
