import type { Terminal } from '../../protocol/ipc/snapshot.ts';

/** Which tab a person chose. */
export interface TabChoice {
  id: string | null;
  /** Tabs that were here when the choice was made: a newer one is shown at once. */
  known: readonly string[];
}

/** The tab that is shown: a new one, else the chosen one, else the neighbour to the left of one that closed. */
export function shownTab<T extends Pick<Terminal, 'id'>>(
  terminals: readonly T[],
  { id, known }: TabChoice,
): T | undefined {
  const newest = terminals.findLast((t) => !known.includes(t.id));
  const chosen = terminals.find((t) => t.id === id);
  if (newest !== undefined) return newest;
  if (chosen !== undefined) return chosen;
  const closed = id === null ? -1 : known.indexOf(id);
  const left = known.slice(0, Math.max(0, closed)).findLast((k) => terminals.some((t) => t.id === k));
  return terminals.find((t) => t.id === left) ?? terminals[0];
}
