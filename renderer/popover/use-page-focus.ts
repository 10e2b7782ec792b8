import { useEffect } from 'react';

/**
 * A page that puts the focus nowhere itself gets it as a whole, so that Tab goes on from its beginning and a screen
 * reader says its name; what had the focus before is gone with its page.
 */
export function usePageFocus(visit: number): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: each visit is looked at once, when its page is drawn
  useEffect(() => {
    const page = document.querySelector('main');
    if (page === null || page.contains(document.activeElement)) return;
    page.tabIndex = -1;
    page.focus({ preventScroll: true });
  }, [visit]);
}
