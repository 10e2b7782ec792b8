import type { Locator } from '@playwright/test';

/** A click that is not felt by then was lost, ms. */
const LOST_MS = 2_000;

/**
 * Clicks, and tells when the page felt it: epoch ms. The way to the click (scrolling, waiting) is not the person's time.
 * A button that shuts at this very moment, because what it decides on has changed, is clicked again, as a person would.
 */
export async function clickAndTell(locator: Locator): Promise<number> {
  for (let tries = 1; tries <= 3; tries += 1) {
    const felt = locator.evaluate(
      (element) =>
        new Promise<number>((resolve) => {
          element.addEventListener('click', () => resolve(Date.now()), { once: true, capture: true });
        }),
    );
    felt.catch(() => undefined);
    await locator.click();
    const lost = new Promise<undefined>((resolve) => setTimeout(resolve, LOST_MS));
    const at = await Promise.race([felt, lost]);
    if (at !== undefined) return at;
  }
  throw new Error('the page felt none of three clicks');
}
