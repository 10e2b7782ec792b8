const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short' });
const dayOfWeek = new Intl.DateTimeFormat('en-GB', { weekday: 'long' });
const full = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'short',
});

/** "14:05", 24 hours in every locale: nobody should wonder about am and pm at night. */
export function clockTime(at: number): string {
  return clock.format(at);
}

/** Everything about a moment, for a tooltip. */
export function fullMoment(at: number): string {
  return full.format(at);
}

/** "Today", "Yesterday", "Mon, 17 Nov". */
export function dayName(at: number, now: number): string {
  const days = Math.round((startOfDay(now) - startOfDay(at)) / 86_400_000);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  if (days === -1) return 'Tomorrow';
  return weekday.format(at);
}

/** "14:05" today, "yesterday 14:05", "tomorrow 14:05", "Mon, 17 Nov 14:05". */
export function dayAndTime(at: number, now: number): string {
  const day = dayName(at, now);
  if (day === 'Today') return clockTime(at);
  return `${day === 'Yesterday' || day === 'Tomorrow' ? day.toLowerCase() : day} ${clockTime(at)}`;
}

/** Until when something holds, short: "14:05" today, "tomorrow", "Friday" within a week, "Mon, 17 Nov". */
export function untilDay(at: number, now: number): string {
  const days = Math.round((startOfDay(at) - startOfDay(now)) / 86_400_000);
  if (days === 0) return clockTime(at);
  if (days === 1) return `tomorrow ${clockTime(at)}`;
  return days > 1 && days < 7 ? `${dayOfWeek.format(at)} ${clockTime(at)}` : dayAndTime(at, now);
}

/** "just now", "4 min ago", "2 h ago", then the day and time. */
export function ago(at: number, now: number): string {
  const minutes = Math.floor((now - at) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 6 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return dayAndTime(at, now);
}

function startOfDay(at: number): number {
  const day = new Date(at);
  day.setHours(0, 0, 0, 0);
  return day.getTime();
}
