import { policyOf } from './policy.ts';
import type { Reading } from './policy-source.ts';
import { unusable } from './unusable.ts';

/** What a document says. @param document undefined when there is none @param source where it lies */
export function readingOf(source: string, document: () => unknown): Reading {
  try {
    const found = document();
    return found === undefined ? { state: 'absent' } : { state: 'read', source, policy: policyOf(found) };
  } catch (cause) {
    return { state: 'unusable', source, problem: unusable(source, cause) };
  }
}
