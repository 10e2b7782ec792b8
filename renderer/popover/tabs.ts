import type { Snapshot } from '../../protocol/ipc/snapshot.ts';
import { mayDecide } from '../../protocol/model/access.ts';
import type { AccessRequest } from '../../protocol/model/request.ts';

export type TabPage = 'access' | 'requests' | 'inbox' | 'settings';

/** The pages this person has: an inbox only for those whose word is ever wanted. */
export function tabsFor(snapshot: Pick<Snapshot, 'signIn' | 'inbox' | 'revocable'>): TabPage[] {
  const approves =
    snapshot.signIn.state === 'signed-in' &&
    (snapshot.signIn.person.duties.includes('approver') || snapshot.inbox.length > 0 || snapshot.revocable.length > 0);
  return approves ? ['access', 'requests', 'inbox', 'settings'] : ['access', 'requests', 'settings'];
}

/** Requests that wait for this person's word at this moment, oldest first: they have waited longest. */
export function waitingForMe(snapshot: Pick<Snapshot, 'signIn' | 'inbox'>, now: number): AccessRequest[] {
  if (snapshot.signIn.state !== 'signed-in') return [];
  const { person } = snapshot.signIn;
  return snapshot.inbox
    .filter((request) => mayDecide(request, person) && now < request.lapsesAt)
    .sort((a, b) => a.createdAt - b.createdAt);
}
