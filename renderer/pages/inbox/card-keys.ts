import type { KeyboardEvent } from 'react';

export type CardAct = 'approve' | 'deny' | 1 | -1;

const ACTS = new Map<string, CardAct>([
  ['a', 'approve'],
  ['d', 'deny'],
  ['arrowdown', 1],
  ['arrowup', -1],
]);

/** What a key means while a card, or a button on it, has the focus; undefined while something is typed. */
export function cardActOf(event: KeyboardEvent): CardAct | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey || event.nativeEvent.isComposing) return undefined;
  if (event.target instanceof HTMLElement && event.target.closest('input:not([type="checkbox"]), textarea, select'))
    return undefined;
  return ACTS.get(event.key.toLowerCase());
}
