import { type AppState, personOf } from '../state.ts';
import type { Store } from '../store.ts';
import { openSessions } from './open-sessions.ts';

/**
 * Ids of the grants whose last session has just closed and that shall end with it. Only those of targets that are
 * reached directly: of the others the gateway sees the last session close, also one that this app did not open. Pure.
 */
export function endedWithSession(state: AppState, before: AppState): string[] {
  if (state.terminals === before.terminals && state.externalSessions === before.externalSessions) return [];
  const me = personOf(state);
  const now = openSessions(state).byGrant;
  return [...openSessions(before).byGrant.keys()].filter((grantId) => {
    const grant = state.grants.get(grantId);
    return (
      grant?.status.state === 'live' &&
      grant.endsWithSession &&
      grant.target.via === 'direct' &&
      grant.requester.id === me?.id &&
      !now.has(grantId) &&
      wasOpen(before, grantId)
    );
  });
}

/** One that never came about is no session that ended: the person tries again. */
function wasOpen(before: AppState, grantId: string): boolean {
  return [...before.terminals, ...before.externalSessions].some(
    (session) => session.grantId === grantId && session.status.state === 'open',
  );
}

/** Returns the function that stops it. */
export function releaseWithSession(store: Store, release: (grantId: string) => void): () => void {
  return store.subscribe((state, before) => {
    for (const grantId of endedWithSession(state, before)) release(grantId);
  });
}
