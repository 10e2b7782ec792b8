import { create } from 'zustand';

/** How many commands are remembered. */
const MOST = 5;

/** Ids of what was chosen lately, the last one first. Kept by the window alone: it names targets, and is nobody else's. */
export const useRecent = create<{ ids: readonly string[] }>(() => ({ ids: [] }));

/** Remembers a choice. */
export function remember(id: string): void {
  useRecent.setState(({ ids }) => ({ ids: withRecent(ids, id) }));
}

/** The list with one more, each once. Pure. */
export function withRecent(ids: readonly string[], id: string): string[] {
  return [id, ...ids.filter((other) => other !== id)].slice(0, MOST);
}
