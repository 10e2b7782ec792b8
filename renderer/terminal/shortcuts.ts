import type { Snapshot } from '../../protocol/ipc/snapshot.ts';

export type Shortcut =
  | 'copy'
  | 'paste'
  | 'new'
  | 'close'
  | 'next'
  | 'previous'
  | 'tabs'
  | 'find'
  | 'files'
  | 'split-right'
  | 'split-below'
  | 'focus-left'
  | 'focus-right'
  | 'focus-up'
  | 'focus-down';

type Platform = Snapshot['platform'];
export type Press = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'shiftKey' | 'altKey' | 'metaKey'>;

/** What decides whether a key is ours. */
export interface Standing {
  /** Something is selected. */
  selected: boolean;
  /** The tab has more than one pane. */
  panes: boolean;
}

/**
 * Which of our own keys this is; undefined for everything the shell must get. Letters are found by their place
 * (`code`), so that they work with a Cyrillic or Greek layout too.
 */
export function shortcutOf(press: Press, platform: Platform, standing: Standing): Shortcut | undefined {
  const arrow = ARROWS.get(press.key);
  if (arrow !== undefined) return standing.panes && movesFocus(press, platform) ? arrow : undefined;
  if (press.altKey) return undefined;
  if (press.ctrlKey && !press.metaKey) {
    if (press.key === 'Tab') return press.shiftKey ? 'previous' : 'next';
    if (!press.shiftKey && press.key === 'PageDown') return 'next';
    if (!press.shiftKey && press.key === 'PageUp') return 'previous';
    if (!press.shiftKey && press.key === 'F6') return 'tabs';
    if (!press.shiftKey && press.key === 'Insert' && platform !== 'darwin') return 'copy';
  }
  if (platform === 'win32') {
    const habit = windowsHabit(press, standing);
    if (habit !== undefined) return habit;
  }
  if (platform === 'darwin') {
    if (!press.metaKey || press.ctrlKey) return undefined;
    return press.shiftKey ? MAC_SHIFTED.get(press.code) : MAC.get(press.code);
  }
  return press.ctrlKey && press.shiftKey && !press.metaKey ? OTHERS.get(press.code) : undefined;
}

/** Windows' own terminal copies with Ctrl+C when something is selected, and pastes with Ctrl+V. */
function windowsHabit(press: Press, { selected }: Standing): Shortcut | undefined {
  if (!press.ctrlKey || press.shiftKey || press.metaKey) return undefined;
  if (press.code === 'KeyC' && selected) return 'copy';
  return press.code === 'KeyV' ? 'paste' : undefined;
}

function movesFocus({ ctrlKey, shiftKey, altKey, metaKey }: Press, platform: Platform): boolean {
  if (platform === 'darwin') return metaKey && altKey && !ctrlKey && !shiftKey;
  return ctrlKey && shiftKey && !altKey && !metaKey;
}

const ARROWS = new Map<string, Shortcut>([
  ['ArrowLeft', 'focus-left'],
  ['ArrowRight', 'focus-right'],
  ['ArrowUp', 'focus-up'],
  ['ArrowDown', 'focus-down'],
]);

/** With Ctrl and Shift. */
const OTHERS = new Map<string, Shortcut>([
  ['KeyC', 'copy'],
  ['KeyV', 'paste'],
  ['KeyT', 'new'],
  ['KeyW', 'close'],
  ['KeyF', 'find'],
  ['KeyS', 'files'],
  ['KeyD', 'split-right'],
  ['KeyE', 'split-below'],
]);

/** With Cmd. */
const MAC = new Map<string, Shortcut>([
  ['KeyC', 'copy'],
  ['KeyV', 'paste'],
  ['KeyT', 'new'],
  ['KeyW', 'close'],
  ['KeyF', 'find'],
  ['KeyD', 'split-right'],
]);

/** With Cmd and Shift. */
const MAC_SHIFTED = new Map<string, Shortcut>([
  ['KeyD', 'split-below'],
  ['KeyS', 'files'],
]);

const TEXT: Partial<Record<Shortcut, { mac: string; others: string }>> = {
  copy: { mac: '⌘C', others: 'Ctrl+Shift+C' },
  paste: { mac: '⌘V', others: 'Ctrl+Shift+V' },
  new: { mac: '⌘T', others: 'Ctrl+Shift+T' },
  close: { mac: '⌘W', others: 'Ctrl+Shift+W' },
  find: { mac: '⌘F', others: 'Ctrl+Shift+F' },
  files: { mac: '⇧⌘S', others: 'Ctrl+Shift+S' },
  'split-right': { mac: '⌘D', others: 'Ctrl+Shift+D' },
  'split-below': { mac: '⇧⌘D', others: 'Ctrl+Shift+E' },
  tabs: { mac: '⌃F6', others: 'Ctrl+F6' },
};

/** What a person reads for a shortcut, '' when it has no text. */
export function shortcutText(shortcut: Shortcut, platform: Platform): string {
  return TEXT[shortcut]?.[platform === 'darwin' ? 'mac' : 'others'] ?? '';
}
