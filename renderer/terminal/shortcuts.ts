import type { Snapshot } from '../../protocol/ipc/snapshot.ts';

export type Shortcut = 'copy' | 'paste' | 'new' | 'close' | 'next' | 'previous' | 'tabs';

type Press = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'shiftKey' | 'altKey' | 'metaKey'>;

/**
 * Which of our own keys this is; undefined for everything the shell must get. Letters are found by their place
 * (`code`), so that they work with a Cyrillic or Greek layout too.
 */
export function shortcutOf(press: Press, platform: Snapshot['platform']): Shortcut | undefined {
  if (press.altKey) return undefined;
  if (press.ctrlKey && !press.metaKey) {
    if (press.key === 'Tab') return press.shiftKey ? 'previous' : 'next';
    if (!press.shiftKey && press.key === 'PageDown') return 'next';
    if (!press.shiftKey && press.key === 'PageUp') return 'previous';
    if (!press.shiftKey && press.key === 'F6') return 'tabs';
  }
  const ours =
    platform === 'darwin'
      ? press.metaKey && !press.ctrlKey && !press.shiftKey
      : press.ctrlKey && press.shiftKey && !press.metaKey;
  return ours ? LETTERS.get(press.code) : undefined;
}

const LETTERS = new Map<string, Shortcut>([
  ['KeyC', 'copy'],
  ['KeyV', 'paste'],
  ['KeyT', 'new'],
  ['KeyW', 'close'],
]);

/** What a person reads for a shortcut. */
export function shortcutText(letter: string, platform: Snapshot['platform']): string {
  return platform === 'darwin' ? `⌘${letter}` : `Ctrl+Shift+${letter}`;
}
