import type { HeldGrant, Snapshot } from '../protocol/ipc/snapshot.ts';
import { mayDecide, mayRevoke } from '../protocol/model/access.ts';
import type { Grant } from '../protocol/model/grant.ts';
import type { AccessRequest } from '../protocol/model/request.ts';
import { type AppState, personOf } from './state.ts';

/** What does not change while the app runs. */
export interface AppFacts {
  version: string;
  platform: Snapshot['platform'];
}

/** The whole state as a window sees it: sorted, and split into mine and others'. Pure. */
export function snapshotOf(state: AppState, revision: number, facts: AppFacts): Snapshot {
  return {
    revision,
    ...facts,
    orgName: state.orgName,
    clockSkewMs: state.clockSkewMs,
    signIn: state.signIn,
    connection: state.connection,
    settings: state.settings,
    managed: state.managed,
    update: state.update,
    access: [...state.access],
    requests: myRequests(state),
    inbox: inbox(state),
    grants: myGrants(state),
    revocable: revocable(state),
    terminals: [...state.terminals],
    externalSessions: [...state.externalSessions],
    transfers: [...state.transfers],
    sshConfigProblem: state.sshConfigProblem,
    delegation: state.delegation,
  };
}

/** Requests of mine, newest first. */
export function myRequests(state: AppState): AccessRequest[] {
  const me = personOf(state);
  return newestFirst([...state.requests.values()].filter((r) => r.requester.id === me?.id));
}

/** Requests of others that wait for my word or got it, newest first. */
export function inbox(state: AppState): AccessRequest[] {
  const me = personOf(state);
  if (!me) return [];
  const concernsMe = (r: AccessRequest) => mayDecide(r, me) || r.decisions.some((d) => d.approver.id === me.id);
  return newestFirst([...state.requests.values()].filter(concernsMe));
}

/** Those of the inbox that wait for my word now. */
export function waitingForMe(state: AppState): AccessRequest[] {
  const me = personOf(state);
  return me ? inbox(state).filter((r) => mayDecide(r, me)) : [];
}

/** My grants, those that end soonest first, ended ones last (the latest of them first). */
export function myGrants(state: AppState): HeldGrant[] {
  const me = personOf(state);
  return [...state.grants.values()]
    .filter((g) => g.requester.id === me?.id)
    .sort((a, b) => Number(ended(a)) - Number(ended(b)) || (ended(a) ? b.endsAt - a.endsAt : a.endsAt - b.endsAt))
    .map((grant) => ({ grant, ...(state.keys.get(grant.id) ?? { key: 'none', problem: null }) }));
}

function revocable(state: AppState): Grant[] {
  const me = personOf(state);
  if (!me) return [];
  return [...state.grants.values()]
    .filter((g) => g.requester.id !== me.id && !ended(g) && mayRevoke(g, g.approverGroups, me))
    .sort((a, b) => a.endsAt - b.endsAt);
}

function ended(grant: Grant): boolean {
  return grant.status.state === 'ended';
}

function newestFirst(requests: AccessRequest[]): AccessRequest[] {
  return requests.sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
}
