import { endSentence, type Grant } from '../../protocol/model/grant.ts';

/** "access ended 14:05: its time is over", in the person's own time zone. @param at epoch ms on this computer's clock */
export function accessEnded(at: number, why: string): string {
  const clock = new Date(at);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `access ended ${two(clock.getHours())}:${two(clock.getMinutes())}: ${why}`;
}

/** Why a grant ended, as its holder should read it. */
export function whyEnded(grant: Grant): string {
  if (grant.status.state !== 'ended') return 'it is not known here any more';
  const { reason, by, note } = grant.status;
  const why = endSentence(reason, by?.name);
  return note === '' ? why : `${why} (${note})`;
}
