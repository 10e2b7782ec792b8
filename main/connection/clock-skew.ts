/** A message is hardly ever this long under way, ms. */
const LONGEST_WAY_MS = 1_000;
/** Differences below this are not worth redrawing the windows for, ms. */
const NOISE_MS = 20;

/**
 * Whether our clock seems to have been set forward. What is heard is the backend's clock minus ours, ms; the time a
 * message is under way makes it smaller, never larger, so far smaller than known means that one of the clocks was set.
 */
export function isSteppedClock(knownMs: number, heardMs: number): boolean {
  return heardMs < knownMs - LONGEST_WAY_MS;
}

/**
 * Whether we reckon the backend's time to be later than it is: one of our clocks was set forward, if only for a moment.
 * @param aheadMs our reckoning minus what the backend just said
 */
export function runsAhead(aheadMs: number): boolean {
  return aheadMs > LONGEST_WAY_MS;
}

/** The better of two measurements of the same difference: the larger one was less long under way. */
export function clockSkew(knownMs: number, heardMs: number): number {
  return heardMs > knownMs + NOISE_MS ? heardMs : knownMs;
}
