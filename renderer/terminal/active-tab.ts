import { create } from 'zustand';
import type { Terminal } from '../../protocol/ipc/snapshot.ts';
import { currentSnapshot, useSnapshot } from '../store/snapshot.ts';
import { shownTab, type TabChoice } from './tab-choice.ts';

const choice = create<TabChoice>(() => ({ id: null, known: [] }));

/** The tab that is shown. */
export function useActiveTab(): Terminal | undefined {
  const terminals = useSnapshot((s) => s.terminals);
  return shownTab(terminals, choice());
}

/** The same, outside of drawing. */
export function activeTab(): Terminal | undefined {
  return shownTab(currentSnapshot().terminals, choice.getState());
}

/** Shows a tab. */
export function chooseTab(id: string): void {
  choice.setState({ id, known: currentSnapshot().terminals.map((t) => t.id) });
}

/** Shows the next or previous tab, round the ends. */
export function stepTab(step: 1 | -1): void {
  const { terminals } = currentSnapshot();
  const at = terminals.findIndex((t) => t.id === activeTab()?.id);
  const next = terminals[(at + step + terminals.length) % terminals.length];
  if (next !== undefined) chooseTab(next.id);
}
