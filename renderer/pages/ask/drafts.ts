import type { Destination } from '../../../protocol/ipc/bridge.ts';
import type { Template } from '../../../protocol/ipc/settings.ts';
import type { AccessibleTarget } from '../../../protocol/model/access.ts';
import type { RequestId } from '../../../protocol/model/identity.ts';
import { changeDrafts, useDrafts } from '../../store/drafts.ts';
import { go, type Route } from '../../store/navigation.ts';
import { currentSnapshot } from '../../store/snapshot.ts';
import { type Draft, draftLike, freshDraft, type Wish } from './draft.ts';

/** What a form is for: new access to these targets, or a change of a pending request of mine. */
export type Asking = Omit<Extract<Route, { page: 'ask' }>, 'page'>;

/** The name under which a form is kept: one for each set of targets, one for each request that is changed. */
export function keyOf({ target, others, amends }: Asking): string {
  return amends ?? [target, ...(others ?? [])].sort().join(' ');
}

/** The form, and how to change it. */
export function useDraft(asking: Asking, entries: readonly AccessibleTarget[]): [Draft, (next: Draft) => void] {
  const key = keyOf(asking);
  const draft = useDrafts((drafts) => drafts.asks[key]) ?? freshDraft(entries);
  return [draft, (next) => keep(key, next)];
}

/** After it was sent. */
export function forgetDraft(asking: Asking): void {
  const key = keyOf(asking);
  changeDrafts(({ asks: { [key]: _sent, ...asks }, decisions }) => ({ asks, decisions }));
}

/** Opens the form filled in like an earlier request of mine; just the access page when that is gone. */
export function askAgain(requestId: RequestId): void {
  const request = currentSnapshot().requests.find((r) => r.id === requestId);
  if (request === undefined) go({ page: 'access' });
  else open({ target: request.target.name }, { ...request, startsAt: null });
}

/** Opens the form with a pending request of mine in it, to be changed. */
export function amend(requestId: RequestId): void {
  const request = currentSnapshot().requests.find((r) => r.id === requestId);
  if (request === undefined) go({ page: 'access' });
  else open({ target: request.target.name, amends: requestId }, request);
}

/** Opens the form with what was kept under a name. */
export function askByTemplate({ targets, ...wish }: Template): void {
  const [target, ...others] = targets;
  if (target !== undefined) open({ target, ...(others.length > 0 ? { others } : {}) }, wish);
}

/** Opens the form filled in as a link says, inside what policy allows; nothing is sent. */
export function askByLink({ target, login, durationSeconds, reason }: Extract<Destination, { page: 'new' }>): void {
  const wish = {
    reason,
    ...(login === null ? {} : { login }),
    ...(durationSeconds === null ? {} : { durationSeconds }),
  };
  open({ target }, wish, { byLink: true });
}

function open(asking: Asking, wish: Wish, marks: Partial<Draft> = {}): void {
  const entries = entriesOf(asking, currentSnapshot().access);
  if (entries !== null) keep(keyOf(asking), { ...draftLike(wish, entries, Date.now()), ...marks });
  go({ page: 'ask', ...asking });
}

/** The targets that are asked for, in the order given; null when one of them may not be asked for. */
export function entriesOf(
  { target, others }: Asking,
  access: readonly AccessibleTarget[],
): readonly [AccessibleTarget, ...AccessibleTarget[]] | null {
  const found = [target, ...(others ?? [])].map((name) => access.find((entry) => entry.target.name === name));
  return found.includes(undefined) ? null : (found as [AccessibleTarget, ...AccessibleTarget[]]);
}

function keep(key: string, draft: Draft): void {
  changeDrafts(({ asks, decisions }) => ({ asks: { ...asks, [key]: draft }, decisions }));
}
