import type { Locator } from '@playwright/test';

/** Clicks, and tells when the page felt it: epoch ms. The way to the click (scrolling, waiting) is not the person's time. */
export async function clickAndTell(locator: Locator): Promise<number> {
  const felt = locator.evaluate(
    (element) =>
      new Promise<number>((resolve) => {
        element.addEventListener('click', () => resolve(Date.now()), { once: true, capture: true });
      }),
  );
  await locator.click();
  return felt;
}
