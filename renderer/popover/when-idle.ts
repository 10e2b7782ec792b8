/** Runs it in the first quiet moment, a second from now at the latest. Returns what calls it off. */
export function whenIdle(run: () => void): () => void {
  const handle = window.requestIdleCallback(run, { timeout: 1_000 });
  return () => window.cancelIdleCallback(handle);
}
