import { useEffect } from 'react';
import { send } from '../bridge.ts';
import { currentSnapshot } from '../store/snapshot.ts';
import { activeTab, stepTab } from './active-tab.ts';
import { type Shortcut, shortcutOf } from './shortcuts.ts';
import { drawnView } from './views.ts';

/** Our own keys, taken before xterm sees them; all others go to the shell. */
export function useTerminalKeys(): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const shortcut = shortcutOf(event, currentSnapshot().platform);
      if (shortcut === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      if (!event.repeat || shortcut === 'next' || shortcut === 'previous') void act(shortcut);
    };
    window.addEventListener('keydown', press, true);
    return () => window.removeEventListener('keydown', press, true);
  }, []);
}

async function act(shortcut: Shortcut): Promise<void> {
  const tab = activeTab();
  const view = drawnView(tab?.id);
  switch (shortcut) {
    case 'next':
      return stepTab(1);
    case 'previous':
      return stepTab(-1);
    case 'tabs':
      return document.querySelector<HTMLElement>('[data-tab][aria-current]')?.focus();
    case 'copy': {
      const text = view?.selection() ?? '';
      if (text !== '') await send('clipboard.write', { text });
      return;
    }
    case 'paste': {
      const result = await send('clipboard.read', {});
      if (result.ok) view?.paste(result.value.text);
      return;
    }
    case 'new':
      if (tab !== undefined) await send('terminal.open', { grantId: tab.grantId });
      return;
    case 'close':
      if (tab !== undefined) await send('terminal.close', { id: tab.id });
      return;
    default:
      shortcut satisfies never;
  }
}
