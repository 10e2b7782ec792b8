import { endSentence, type GrantStatus } from '../../protocol/model/grant.ts';
import { clockTime } from './moments.ts';

export type Ended = Extract<GrantStatus, { state: 'ended' }>;

/** "Access ended 14:05: its time is over." */
export function endedSentence(ended: Ended): string {
  return `Access ended ${clockTime(ended.endedAt)}: ${endSentence(ended.reason, ended.by?.name)}.`;
}

/** Cut by somebody is worth a colour; time and one's own release are not. */
export function endedTone(ended: Ended): 'bad' | 'quiet' {
  return ended.reason === 'revoked' || ended.reason === 'killed' ? 'bad' : 'quiet';
}
