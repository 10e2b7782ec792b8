import type { Terminal } from '../../protocol/ipc/snapshot.ts';

type Placed = Pick<Terminal, 'id' | 'beside'>;

/**
 * The terminals that stand elsewhere once one of them is gone: the first that stood beside it takes its place, the
 * others stand beside that one, so that no terminal ever stands beside nothing. Pure.
 */
export function movedByClosing<T extends Placed>(terminals: readonly T[], id: string): T[] {
  const closing = terminals.find((t) => t.id === id);
  const [heir, ...others] = terminals.filter((t) => t.beside?.id === id);
  if (!closing || !heir) return [];
  return [
    { ...heir, beside: closing.beside },
    ...others.map((t) => ({ ...t, beside: t.beside && { id: heir.id, edge: t.beside.edge } })),
  ];
}
