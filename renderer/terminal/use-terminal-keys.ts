import { useEffect } from 'react';
import { currentSnapshot } from '../store/snapshot.ts';
import { actOn } from './acts.ts';
import { panesOf } from './layout.ts';
import { shortcutOf } from './shortcuts.ts';
import { activeTerminal, frontTabNow } from './tab-store.ts';
import { drawnView } from './views.ts';

/** Our own keys, taken before xterm sees them; all others go to the shell. */
export function useTerminalKeys(): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const shortcut = shortcutOf(event, currentSnapshot().platform, {
        selected: (drawnView(activeTerminal()?.id)?.selection() ?? '') !== '',
        panes: panesOf(frontTabNow()?.layout ?? { pane: '' }).length > 1,
      });
      if (shortcut === undefined) return;
      // In a field of ours, copy, paste and find do there what they do everywhere.
      if (inField(event.target) && (shortcut === 'copy' || shortcut === 'paste')) return;
      event.preventDefault();
      event.stopPropagation();
      if (!event.repeat || REPEATS.has(shortcut)) void actOn(shortcut);
    };
    window.addEventListener('keydown', press, true);
    return () => window.removeEventListener('keydown', press, true);
  }, []);
}

const REPEATS = new Set(['next', 'previous', 'focus-left', 'focus-right', 'focus-up', 'focus-down']);

/** A text field that is not the terminal itself. */
function inField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.matches('input, textarea') &&
    !target.classList.contains('xterm-helper-textarea')
  );
}
