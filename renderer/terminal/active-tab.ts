import { create } from 'zustand';
import type { Terminal } from '../../protocol/ipc/snapshot.ts';
import { currentSnapshot, useSnapshot } from '../store/snapshot.ts';

interface Choice {
  id: string | null;
  /** Tabs that were here when the choice was made: a newer one is shown at once. */
  known: readonly string[];
}

const choice = create<Choice>(() => ({ id: null, known: [] }));

/** The tab that is shown: a new one, else the chosen one, else its left neighbour. Pure. */
export function activeOf(terminals: readonly Terminal[], { id, known }: Choice): Terminal | undefined {
  const newest = terminals.findLast((t) => !known.includes(t.id));
  const chosen = terminals.find((t) => t.id === id);
  if (newest !== undefined) return newest;
  if (chosen !== undefined) return chosen;
  const at = id === null ? -1 : known.indexOf(id);
  const left = known.slice(0, Math.max(0, at)).findLast((k) => terminals.some((t) => t.id === k));
  return terminals.find((t) => t.id === left) ?? terminals[0];
}

/** The tab that is shown. */
export function useActiveTab(): Terminal | undefined {
  const terminals = useSnapshot((s) => s.terminals);
  return activeOf(terminals, choice());
}

/** The same, outside of drawing. */
export function activeTab(): Terminal | undefined {
  return activeOf(currentSnapshot().terminals, choice.getState());
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
