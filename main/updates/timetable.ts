const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/*
 * When it is looked for a newer version. Everything is spread, so that a thousand apps that start at nine do not all ask
 * at once. All in ms; `random` is 0 to 1.
 */

/** After the start, which has better things to do. */
export function firstLookMs(random: number): number {
  return 30_000 + random * MINUTE_MS;
}

export function nextLookMs(random: number): number {
  return 4 * HOUR_MS + random * 2 * HOUR_MS;
}

/** After the computer woke up, if it has not been looked for so long. */
export const OLD_LOOK_MS = HOUR_MS;
export function afterWakingMs(random: number): number {
  return MINUTE_MS + random * 4 * MINUTE_MS;
}

/** After a change of what is followed: several changes come together. */
export const AFTER_CHANGE_MS = 2_000;

/** After try number `failures` (1 is the first) that failed: doubles from a quarter of an hour up to eight hours. */
export function retryMs(failures: number, random: number): number {
  const longest = Math.min(15 * MINUTE_MS * 2 ** (failures - 1), 8 * HOUR_MS);
  return longest / 2 + (longest / 2) * random;
}
