import { create } from 'zustand';
import type { Terminal } from '../../protocol/ipc/snapshot.ts';
import { currentSnapshot, useSnapshot } from '../store/snapshot.ts';
import { type Direction, type Divider, neighbour, resized } from './layout.ts';
import { focused, followed, frontTab, laidOut, NO_TABS, stepped, type Tab, type Tabs } from './tabs.ts';

const store = create<Tabs>(() => NO_TABS);

export function useTabs(): Tabs {
  return store();
}

/** The terminal with the keyboard, in the tab in front. */
export function useActiveTerminal(): Terminal | undefined {
  const id = store((state) => frontTab(state)?.focus);
  return useSnapshot((s) => s.terminals.find((t) => t.id === id));
}

/** The same, outside of drawing. */
export function activeTerminal(): Terminal | undefined {
  const id = frontTab(store.getState())?.focus;
  return currentSnapshot().terminals.find((t) => t.id === id);
}

export function frontTabNow(): Tab | undefined {
  return frontTab(store.getState());
}

/** Takes in which terminals there are. */
export function followTerminals(terminals: readonly Terminal[]): void {
  store.setState((state) => followed(state, terminals));
}

/** Gives a terminal the keyboard. One that is not drawn yet comes to the front by itself. */
export function chooseTerminal(id: string): void {
  store.setState((state) => focused(state, id));
}

/** Shows the next or previous tab, round the ends. */
export function stepTab(step: 1 | -1): void {
  store.setState((state) => stepped(state, step));
}

/** Gives the keyboard to the pane on that side. False at the rim. */
export function moveFocus(direction: Direction): boolean {
  const tab = frontTabNow();
  const next = tab && neighbour(tab.layout, tab.focus, direction);
  if (next === undefined) return false;
  chooseTerminal(next);
  return true;
}

/** Moves the line between two panes. */
export function moveDivider(key: string, divider: Divider, share: number): void {
  store.setState((state) => {
    const tab = state.tabs.find((t) => t.key === key);
    return tab ? laidOut(state, key, resized(tab.layout, divider, share)) : state;
  });
}
