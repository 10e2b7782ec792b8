import type { AccessibleTarget } from '../../../protocol/model/access.ts';
import { go } from '../../store/navigation.ts';

/** Shows the form for a target. */
export function openAsk(entry: AccessibleTarget): void {
  go({ page: 'ask', target: entry.target.name });
}

/** The element of a target in the list, by its place. */
export function optionId(index: number): string {
  return `target-${index}`;
}

/** The list the search field steers. */
export const LIST_ID = 'targets';
