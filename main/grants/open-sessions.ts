import { type AppState, personOf } from '../state.ts';

/** What is open through this app with the grants of this person: built-in terminals, and other programs. */
export interface OpenSessions {
  /** Grant id → how many. */
  readonly byGrant: ReadonlyMap<string, number>;
  readonly count: number;
}

const OPEN: ReadonlySet<string> = new Set(['opening', 'open']);

export function openSessions(state: Pick<AppState, 'terminals' | 'externalSessions'>): OpenSessions {
  const byGrant = new Map<string, number>();
  const open = [...state.terminals, ...state.externalSessions].filter((session) => OPEN.has(session.status.state));
  for (const { grantId } of open) byGrant.set(grantId, (byGrant.get(grantId) ?? 0) + 1);
  return { byGrant, count: open.length };
}

/** Ids of the grants of mine that have begun and not ended. */
export function liveGrants(state: AppState): string[] {
  const me = personOf(state);
  return [...state.grants.values()]
    .filter((grant) => grant.status.state === 'live' && grant.requester.id === me?.id)
    .map((grant) => grant.id);
}
