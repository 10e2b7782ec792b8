export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** When all pictures are taken: a Friday, a little after noon in Berlin. */
export const NOW = Date.UTC(2026, 10, 20, 12, 5, 0);
