import { endSentence, type Grant } from '../../protocol/model/grant.ts';

const two = (n: number): string => String(n).padStart(2, '0');

/** "14:05", in the person's own time zone. @param at epoch ms on this computer's clock */
export function timeOfDay(at: number): string {
  const clock = new Date(at);
  return `${two(clock.getHours())}:${two(clock.getMinutes())}`;
}

/** "14:05" today, "Mon 23 Nov, 14:05" on another day. @param at epoch ms on this computer's clock, as is `now` */
export function timeAndDay(at: number, now: number): string {
  const day = new Date(at);
  if (day.toDateString() === new Date(now).toDateString()) return timeOfDay(at);
  const date = day.toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric', month: 'short' }).replace(',', '');
  return `${date}, ${timeOfDay(at)}`;
}

/** "access ended 14:05: its time is over", in the person's own time zone. @param at epoch ms on this computer's clock */
export function accessEnded(at: number, why: string): string {
  return `access ended ${timeOfDay(at)}: ${why}`;
}

/** Why a grant ended, as its holder should read it. */
export function whyEnded(grant: Grant): string {
  if (grant.status.state !== 'ended') return 'it is not known here any more';
  const { reason, by, note } = grant.status;
  const why = endSentence(reason, by?.name);
  return note === '' ? why : `${why} (${note})`;
}
