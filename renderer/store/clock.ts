import { useSyncExternalStore } from 'react';
import { useSnapshot } from './snapshot.ts';

/*
 * One ticker for all countdowns. It runs only while something that counts is drawn and the window is seen, and fires
 * just after each full second, so that all countdowns change together.
 */
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setTimeout> | undefined;
let second = Date.now();

function tick(): void {
  second = Date.now();
  for (const listener of listeners) listener();
  timer = setTimeout(tick, 1000 - (Date.now() % 1000));
}

function wake(): void {
  clearTimeout(timer);
  timer = undefined;
  if (listeners.size > 0 && document.visibilityState === 'visible') tick();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) {
    document.addEventListener('visibilitychange', wake);
    second = Date.now();
    timer = setTimeout(tick, 1000 - (second % 1000));
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    document.removeEventListener('visibilitychange', wake);
    clearTimeout(timer);
    timer = undefined;
  };
}

/** The backend's time now, ms; draws again every second. */
export function useNow(): number {
  const skew = useSnapshot((s) => s.clockSkewMs);
  return useComputerNow() + skew;
}

/** The time on this computer's own clock, ms; for what only this computer does. Draws again every second. */
export function useComputerNow(): number {
  return useSyncExternalStore(listen, () => second);
}
