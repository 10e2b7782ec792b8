import type { AccessibleTarget } from '../../../protocol/model/access.ts';
import { go } from '../../store/navigation.ts';

/** Shows the form for a target, or for several of them. */
export function openAsk(first: AccessibleTarget, others: readonly AccessibleTarget[] = []): void {
  const target = first.target.name;
  go({ page: 'ask', target, ...(others.length > 0 ? { others: others.map((entry) => entry.target.name) } : {}) });
}

/** The element of a target in the list, by its place. */
export function optionId(index: number): string {
  return `target-${index}`;
}

/** The list the search field steers. */
export const LIST_ID = 'targets';
