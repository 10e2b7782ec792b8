import type { Snapshot } from '../../protocol/ipc/snapshot.ts';

type Press = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'shiftKey' | 'altKey' | 'metaKey'>;

/**
 * Whether a key press opens the palette of a window: Ctrl+K, or Cmd+K on a Mac. In a terminal Ctrl+K is the shell's own (it cuts a line), so that Shift goes with it there,
 * as with our other keys. Pure.
 */
export function opensPalette(press: Press, window: 'popover' | 'terminal', platform: Snapshot['platform']): boolean {
  // By the letter, or by the place of the key where a layout has no Latin letters.
  const k = press.key.toLowerCase() === 'k' || (press.code === 'KeyK' && !/^[a-z]$/i.test(press.key));
  if (!k || press.altKey) return false;
  if (platform === 'darwin') return press.metaKey && !press.ctrlKey && !press.shiftKey;
  return press.ctrlKey && !press.metaKey && press.shiftKey === (window === 'terminal');
}
