import { create } from 'zustand';
import type { AccessibleTarget } from '../../../protocol/model/access.ts';
import { loginsOf, MOST_TARGETS } from '../ask/offer.ts';

/** Targets picked for one ask; null while nobody picks several. */
export const useChosen = create<{ names: readonly string[] | null }>(() => ({ names: null }));

/** Begins to pick several. */
export function beginChoosing(): void {
  useChosen.setState({ names: [] });
}

/** Picks no longer: after it was sent, or given up. */
export function clearChosen(): void {
  useChosen.setState({ names: null });
}

/** Picks a target, or drops it. */
export function toggleChosen(name: string): void {
  useChosen.setState(({ names }) => {
    if (names === null) return { names };
    return { names: names.includes(name) ? names.filter((n) => n !== name) : [...names, name] };
  });
}

/** The targets picked that may still be asked for. */
export function chosenOf(names: readonly string[], access: readonly AccessibleTarget[]): AccessibleTarget[] {
  return names.flatMap((name) => access.find((entry) => entry.target.name === name) ?? []);
}

/** Whether a target can be picked beside those that are: one ask has one login, and its number of targets is limited. */
export function mayJoin(entry: AccessibleTarget, chosen: readonly AccessibleTarget[]): boolean {
  if (chosen.some((other) => other.target.name === entry.target.name)) return true;
  return chosen.length < MOST_TARGETS && loginsOf([...chosen, entry]).length > 0;
}
