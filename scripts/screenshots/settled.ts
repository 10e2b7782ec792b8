import type { Page, Request } from '@playwright/test';

/** Timers that run longer are a clock's, not of something that the page is about to show, ms. */
export const LONG_TIMER_MS = 900;
/** What still moves after this is meant to: a terminal's cursor, a countdown. */
const ENOUGH_MS = 2_000;

/** What `watchTimers` leaves in the page. */
interface Watched {
  /** The timers that are still to come. */
  playWaiting: Set<unknown>;
}

/** Runs in the page before its own scripts: keeps the short timers that are still to come. */
export function watchTimers(longTimerMs: number): void {
  const waiting = new Set<unknown>();
  const { setTimeout: set, clearTimeout: clear } = window;
  const watched: Watched = { playWaiting: waiting };
  Object.assign(window, watched, {
    setTimeout: (act: (...all: unknown[]) => void, ms = 0, ...given: unknown[]) => {
      const timer = set(() => {
        waiting.delete(timer);
        act(...given);
      }, ms);
      if (ms < longTimerMs) waiting.add(timer);
      return timer;
    },
    clearTimeout: (timer: number) => {
      waiting.delete(timer);
      clear(timer);
    },
  });
}

/**
 * Waits until a page shows what it is going to: code and fonts have come, no timer of its own is about to change
 * anything, and nothing has changed for some frames.
 * @param page one that runs `watchTimers`
 */
export function settling(page: Page): () => Promise<void> {
  const coming = new Set<Request>();
  page.on('request', (request) => coming.add(request));
  page.on('requestfinished', (request) => coming.delete(request));
  page.on('requestfailed', (request) => coming.delete(request));
  return async () => {
    const enough = Date.now() + ENOUGH_MS;
    do await page.evaluate(stillness, enough - Date.now());
    while (coming.size > 0 && Date.now() < enough);
  };
}

/** Runs in the page. @param enoughMs when to wait no longer */
async function stillness(enoughMs: number): Promise<void> {
  const stillMs = 60;
  const stillFrames = 3;
  const { playWaiting } = window as unknown as Watched;
  const from = performance.now();
  let [changed, frames] = [from, 0];
  const observer = new MutationObserver(() => {
    [changed, frames] = [performance.now(), 0];
  });
  observer.observe(document, { attributes: true, characterData: true, childList: true, subtree: true });
  await document.fonts.ready;
  for (let now = from; now - from < enoughMs; now = performance.now()) {
    if (playWaiting.size === 0 && frames >= stillFrames && now - changed >= stillMs) break;
    await new Promise(requestAnimationFrame);
    frames += 1;
  }
  observer.disconnect();
}
