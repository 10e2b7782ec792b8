import type { KeyboardEvent } from 'react';

/** What a key does in the list of a folder. */
export type ListAct =
  | { act: 'move'; to: number; choosing: boolean }
  | { act: 'open' | 'choose' | 'choose-all' | 'choose-none' | 'up' }
  | { act: 'type'; text: string };

type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** @param typing letters were typed a moment ago: a space is one more of them. @returns undefined for keys of others */
export function listAct(press: Press, at: number, count: number, page: number, typing: boolean): ListAct | undefined {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = press;
  if (ctrlKey || metaKey) return key.toLowerCase() === 'a' && !altKey && !shiftKey ? { act: 'choose-all' } : undefined;
  if (altKey) return key === 'ArrowUp' ? { act: 'up' } : undefined;
  const steps: Partial<Record<string, number>> = {
    ...{ ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -count, End: count },
  };
  const step = steps[key];
  if (step !== undefined) {
    if (count === 0) return undefined;
    return { act: 'move', to: Math.max(0, Math.min(count - 1, at + step)), choosing: shiftKey };
  }
  switch (key) {
    case 'Enter':
      return { act: 'open' };
    case 'Backspace':
      return { act: 'up' };
    case 'Escape':
      return { act: 'choose-none' };
    case ' ':
      return typing ? { act: 'type', text: key } : { act: 'choose' };
    default:
      return [...key].length === 1 ? { act: 'type', text: key } : undefined;
  }
}
