/** Ends of an absence to choose with one click: this evening, tomorrow evening, the next Monday morning, in a week. */
export function usualEnds(now: number): number[] {
  const at = (days: number, hour: number): number => {
    const day = new Date(now);
    day.setDate(day.getDate() + days);
    day.setHours(hour, 0, 0, 0);
    return day.getTime();
  };
  const toMonday = (8 - new Date(now).getDay()) % 7 || 7;
  return [...new Set([at(0, 18), at(1, 18), at(toMonday, 9), at(7, 9)])]
    .filter((end) => end > now)
    .sort((a, b) => a - b);
}

/** The end of an absence as it was typed; null when it is none, or has passed. */
export function checkEnd(text: string, now: number): number | null {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? new Date(text).getTime() : Number.NaN;
  return Number.isNaN(at) || at <= now ? null : at;
}
