/** How often is looked. Milliseconds. */
const LOOK_MS = 1_000;

/**
 * Calls `lost` when the rest of the backend has been silent for longer than the grace, and again at each look while it
 * is: a grant that was revoked meanwhile would go on for as long as nobody can tell us.
 * @returns stop
 */
export function watchControl(silentForMs: () => number, graceMs: () => number, lost: () => void): () => void {
  const timer = setInterval(
    () => {
      if (silentForMs() > graceMs()) lost();
    },
    Math.min(LOOK_MS, graceMs() / 4),
  );
  return () => clearInterval(timer);
}
