import { useEffect } from 'react';
import { send } from '../bridge.ts';
import { go, type Route, useNavigation } from '../store/navigation.ts';
import { currentSnapshot } from '../store/snapshot.ts';
import { routeTo } from './navigation-bar.tsx';
import type { TabPage } from './tabs.ts';

/** Pages that Esc leaves; from all others it hides the window. */
const LEFT_BY_ESC: ReadonlySet<Route['page']> = new Set(['ask', 'quit', 'join']);

/**
 * Keys of the whole popover: Ctrl/Cmd+1…4 for the pages; Esc goes back from a form or a question, else hides the window.
 * A part that uses Esc itself prevents the default first.
 * @param tabs none while signed out: only a join link has a page then
 */
export function useFrameKeys(tabs: readonly TabPage[]): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      if (repeatsOnButton(event)) {
        event.preventDefault();
        return;
      }
      if (event.key === 'Escape') {
        event.preventDefault();
        const { page } = useNavigation.getState().route;
        if (page === 'licences') go({ page: 'settings', group: 'about' });
        else if (LEFT_BY_ESC.has(page) && (tabs.length > 0 || page === 'join')) go({ page: 'access' });
        else void send('window.hide', {});
        return;
      }
      const held = currentSnapshot().platform === 'darwin' ? event.metaKey : event.ctrlKey;
      const page = held && !event.altKey && !event.shiftKey ? tabs[Number(event.key) - 1] : undefined;
      if (page === undefined) return;
      event.preventDefault();
      go(routeTo(page));
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [tabs]);
}

/** A key that is held down presses the next button too, once the focus has moved on to it: a question is not answered so. */
function repeatsOnButton(event: KeyboardEvent): boolean {
  if (!event.repeat || (event.key !== 'Enter' && event.key !== ' ')) return false;
  return event.target instanceof HTMLElement && event.target.closest('button') !== null;
}
