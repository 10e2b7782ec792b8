import type { Terminal } from '../../protocol/ipc/snapshot.ts';
import { send } from '../bridge.ts';
import { currentSnapshot } from '../store/snapshot.ts';
import { toggleFiles } from './files/files-store.ts';
import type { Shortcut } from './shortcuts.ts';
import { activeTerminal, moveFocus, stepTab } from './tab-store.ts';
import { drawnView, startSearch } from './views.ts';

type Edge = NonNullable<Terminal['beside']>['edge'];

/** Does what one of our keys says, in the terminal that has the keyboard. */
export async function actOn(shortcut: Shortcut): Promise<void> {
  const terminal = activeTerminal();
  switch (shortcut) {
    case 'next':
      return stepTab(1);
    case 'previous':
      return stepTab(-1);
    case 'tabs':
      return document.querySelector<HTMLElement>('[data-tab][aria-current]')?.focus();
    case 'focus-left':
    case 'focus-right':
    case 'focus-up':
    case 'focus-down':
      moveFocus(shortcut.slice('focus-'.length) as 'left');
      return;
    case 'files':
      return toggleFiles();
    default:
      if (terminal !== undefined) await actIn(terminal, shortcut);
  }
}

type InTerminal = 'copy' | 'paste' | 'find' | 'new' | 'close' | 'split-right' | 'split-below';

/** The same for what is done in, or with, one terminal. */
export async function actIn({ id, grantId }: Terminal, act: InTerminal): Promise<void> {
  switch (act) {
    case 'copy':
      return copy(id);
    case 'paste':
      return paste(id);
    case 'find':
      return startSearch(id);
    case 'new':
      await send('terminal.open', { grantId });
      return;
    case 'split-right':
    case 'split-below':
      await send('terminal.open', { grantId, beside: { id, edge: act.slice('split-'.length) as Edge } });
      return;
    case 'close':
      await send('terminal.close', { id });
      return;
    default:
      act satisfies never;
  }
}

async function copy(id: string): Promise<void> {
  const view = drawnView(id);
  const text = view?.selection() ?? '';
  if (text === '') return;
  await send('clipboard.write', { text });
  // There the next Ctrl+C interrupts again.
  if (currentSnapshot().platform === 'win32') view?.deselect();
}

async function paste(id: string): Promise<void> {
  const result = await send('clipboard.read', {});
  if (result.ok) drawnView(id)?.paste(result.value.text);
}
