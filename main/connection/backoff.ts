const FIRST_MS = 250;
const LONGEST_MS = 30_000;

/**
 * How long to wait before try number `attempt` (0 is the first after a failure), ms: doubles up to 30 s, and anything
 * from half of that to all of it, so that the apps of an org don't come back all at once. @param random 0 to 1
 */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const longest = Math.min(FIRST_MS * 2 ** attempt, LONGEST_MS);
  return Math.round(longest / 2 + (longest / 2) * random());
}
