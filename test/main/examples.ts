import type { Log } from '../../main/log.ts';
import { type AppState, apply, type Change, firstState } from '../../main/state.ts';
import { Store } from '../../main/store.ts';
import type { Overview } from '../../protocol/api/routes.ts';
import { DEFAULT_SETTINGS } from '../../protocol/ipc/settings.ts';
import type { Grant } from '../../protocol/model/grant.ts';
import type { Person } from '../../protocol/model/identity.ts';
import type { AccessRequest } from '../../protocol/model/request.ts';

/** Epoch ms at which the examples play. */
export const NOW = 1_800_000_000_000;

const person = (letter: string, name: string, groups: string[], duties: Person['duties']): Person => ({
  id: `per_${letter.repeat(10)}`,
  name,
  email: `${name.toLowerCase()}@example.com`,
  groups,
  duties,
  standsInFor: [],
});
export const erin = person('e', 'Erin', ['engineers'], ['requester']);
export const dana = person('d', 'Dana', ['leads'], ['approver']);

export function request(fields: Partial<AccessRequest> = {}): AccessRequest {
  return {
    id: 'req_0000000001',
    requester: { id: erin.id, name: erin.name, email: erin.email },
    revision: 1,
    batchId: null,
    extendsGrantId: null,
    startsAt: null,
    endsWithSession: false,
    target: { name: 'db-1', description: '', labels: {}, via: 'gateway' },
    login: 'deploy',
    role: 'deployers',
    durationSeconds: 900,
    reason: 'restart it',
    ticket: '',
    state: 'pending',
    createdAt: NOW,
    lapsesAt: NOW + 3_600_000,
    closedAt: null,
    needs: [{ groups: ['leads'], count: 1, have: 0 }],
    decisions: [],
    grantId: null,
    ...fields,
  };
}

export function grant(fields: Partial<Grant> = {}): Grant {
  return {
    id: 'gra_0000000001',
    requestId: 'req_0000000001',
    requester: { id: erin.id, name: erin.name, email: erin.email },
    target: { name: 'db-1', description: '', labels: {}, via: 'gateway' },
    login: 'deploy',
    role: 'deployers',
    limits: { shell: true, exec: true, sftp: true, forward: false },
    drainSeconds: 0,
    endsWithSession: false,
    onScreenLock: 'keep',
    extension: { maxSeconds: 900, left: 3 },
    approverGroups: ['leads'],
    startsAt: NOW,
    endsAt: NOW + 60_000,
    status: { state: 'live' },
    ...fields,
  };
}

export function ended(reason: 'expired' | 'revoked' | 'released' | 'killed', note = ''): Grant['status'] {
  const by = reason === 'expired' ? null : { id: dana.id, name: dana.name, email: dana.email };
  return { state: 'ended', reason, endedAt: NOW + 1_000, by, note };
}

export function overview(fields: Partial<Overview> = {}): Overview {
  return {
    cursor: '1',
    now: NOW,
    org: { name: 'Example Org', version: '1' },
    person: erin,
    access: [],
    requests: [],
    grants: [],
    delegation: { mine: null, candidates: [] },
    ...fields,
  };
}

export const signedIn = (who: Person = erin): Change => ({
  kind: 'sign-in',
  signIn: { state: 'signed-in', person: who, keptBy: 'memory' },
});

/** The state after these changes. */
export function stateAfter(...changes: Change[]): AppState {
  return changes.reduce(apply, firstState(DEFAULT_SETTINGS));
}

/** A store that fails the test when a listener does. */
export function newStore(...changes: Change[]): Store {
  return new Store(stateAfter(...changes), (error) => {
    throw error;
  });
}

export const silentLog: Log = { info: () => undefined, warn: () => undefined };
