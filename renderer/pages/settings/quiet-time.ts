/** Nothing is shown for this long, ms. */
export const QUIET_HOUR_MS = 3_600_000;

/** Until when people want quiet for the night: the next time it is 08:00 on this computer, epoch ms. */
export function nextMorning(now: number): number {
  const morning = new Date(now);
  morning.setHours(8, 0, 0, 0);
  // By the calendar, not by 24 hours: the clocks may change tonight.
  if (morning.getTime() <= now) morning.setDate(morning.getDate() + 1);
  return morning.getTime();
}

/** Whether notifications are held back now. @param until settings.doNotDisturbUntil @param now this computer's clock */
export function isQuiet(until: number, now: number): boolean {
  return now < until;
}
