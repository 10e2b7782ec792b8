import { create } from 'zustand';
import type { AccessibleTarget } from '../../../protocol/model/access.ts';
import type { RequestId } from '../../../protocol/model/identity.ts';
import { go } from '../../store/navigation.ts';
import { currentSnapshot } from '../../store/snapshot.ts';
import { type Draft, draftLike, freshDraft } from './draft.ts';

/** Forms not sent yet, by target: leaving the page loses nothing. */
const drafts = create<{ byTarget: ReadonlyMap<string, Draft> }>(() => ({ byTarget: new Map() }));

/** The form of a target, and how to change it. */
export function useDraft(entry: AccessibleTarget): [Draft, (next: Draft) => void] {
  const { name } = entry.target;
  const draft = drafts((s) => s.byTarget.get(name)) ?? freshDraft(entry);
  return [draft, (next) => keep(name, next)];
}

/** After it was sent. */
export function forgetDraft(target: string): void {
  drafts.setState(({ byTarget }) => ({ byTarget: new Map([...byTarget].filter(([name]) => name !== target)) }));
}

/** Opens the form filled in like an earlier request of mine; just the access page when that is gone. */
export function askAgain(requestId: RequestId): void {
  const { requests, access } = currentSnapshot();
  const request = requests.find((r) => r.id === requestId);
  if (request === undefined) {
    go({ page: 'access' });
    return;
  }
  const entry = access.find((e) => e.target.name === request.target.name);
  if (entry !== undefined) keep(entry.target.name, draftLike(request, entry));
  go({ page: 'ask', target: request.target.name });
}

function keep(target: string, draft: Draft): void {
  drafts.setState(({ byTarget }) => ({ byTarget: new Map(byTarget).set(target, draft) }));
}
