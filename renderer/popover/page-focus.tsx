import { useEffect } from 'react';

/**
 * Stands after a page. One that puts the focus nowhere itself gets it as a whole, so that Tab goes on from its beginning
 * and a screen reader says its name; what had the focus before is gone with its page.
 */
export function PageFocus() {
  useEffect(() => {
    const page = document.querySelector('main');
    if (page === null || page.contains(document.activeElement)) return;
    page.tabIndex = -1;
    page.focus({ preventScroll: true });
  }, []);
  return null;
}
