import { dayAndTime } from '../../words/moments.ts';

/** How far ahead access may begin, ms: what the backend takes. */
export const LONGEST_AHEAD_MS = 30 * 86_400_000;

/** When access shall begin, or the sentence that says what is wrong with it. */
export type CheckedStart = { startsAt: number | null } | { problem: string };

/** Reads a local time of a datetime-local field ('' is at approval) against the moments that may be asked for. */
export function checkStart(text: string, now: number): CheckedStart {
  if (text === '') return { startsAt: null };
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? new Date(text).getTime() : Number.NaN;
  if (Number.isNaN(at)) return { problem: 'Choose a day and a time.' };
  if (at <= now) return { problem: 'That time has passed. Choose a later one, or “When approved”.' };
  if (at > now + LONGEST_AHEAD_MS) return { problem: `The latest is ${dayAndTime(now + LONGEST_AHEAD_MS, now)}.` };
  return { startsAt: at };
}

/** A moment as a datetime-local field has it, in the person's zone. @param at epoch ms */
export function localText(at: number): string {
  const d = new Date(at);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}T${two(d.getHours())}:${two(d.getMinutes())}`;
}

/** What the field starts with: the next full hour that is at least half an hour away. @param now epoch ms */
export function usualStart(now: number): number {
  const hour = new Date(now + 30 * 60_000);
  if (hour.getMinutes() > 0 || hour.getSeconds() > 0 || hour.getMilliseconds() > 0)
    hour.setHours(hour.getHours() + 1, 0, 0, 0);
  return hour.getTime();
}

/** Starts to choose with one click: tomorrow morning, and the morning of the next Monday when that is another day. */
export function usualStarts(now: number): number[] {
  const morning = (days: number): number => {
    const day = new Date(now);
    day.setDate(day.getDate() + days);
    day.setHours(9, 0, 0, 0);
    return day.getTime();
  };
  const toMonday = (8 - new Date(now).getDay()) % 7 || 7;
  return toMonday === 1 ? [usualStart(now), morning(1)] : [usualStart(now), morning(1), morning(toMonday)];
}

/** The zone that the person's times are in, e.g. "Europe/Berlin". */
export function zoneName(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
