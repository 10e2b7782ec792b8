import { NOT_MANAGED } from '../../protocol/ipc/managed.ts';
import { DEFAULT_SETTINGS } from '../../protocol/ipc/settings.ts';
import type { Snapshot } from '../../protocol/ipc/snapshot.ts';
import type { AccessibleTarget, AccessOption } from '../../protocol/model/access.ts';
import type { Grant, GrantStatus } from '../../protocol/model/grant.ts';
import type { Person } from '../../protocol/model/identity.ts';
import type { AccessRequest } from '../../protocol/model/request.ts';

/** A moment to count from. */
export const NOON = new Date(2026, 10, 20, 12, 0, 0).getTime();
export const MINUTE = 60_000;

export function person(name: string, over: Partial<Person> = {}): Person {
  const id = `per_${name.toLowerCase().padEnd(12, '0')}`;
  return {
    id,
    name: `${name} Example`,
    email: `${name.toLowerCase()}@example.com`,
    groups: [],
    duties: ['requester'],
    standsInFor: [],
    ...over,
  };
}

export function option(over: Partial<AccessOption> = {}): AccessOption {
  return {
    role: 'orders-read',
    description: '',
    logins: ['readonly'],
    maxDurationSeconds: 4 * 3600,
    reason: 'required',
    ticket: 'none',
    needs: [{ groups: ['dba'], count: 1 }],
    ...over,
  };
}

export function entry(name: string, options: AccessOption[] = [option()], labels = {}): AccessibleTarget {
  return { target: { name, description: '', labels, via: 'gateway' }, options };
}

export function request(over: Partial<AccessRequest> = {}): AccessRequest {
  return {
    id: 'req_000000000001',
    revision: 1,
    batchId: null,
    extendsGrantId: null,
    requester: person('Ana'),
    target: { name: 'db-1', description: '', labels: {}, via: 'gateway' },
    login: 'readonly',
    role: 'orders-read',
    durationSeconds: 1800,
    startsAt: null,
    endsWithSession: false,
    reason: 'look at order 7',
    ticket: '',
    state: 'pending',
    createdAt: NOON,
    lapsesAt: NOON + 60 * MINUTE,
    closedAt: null,
    needs: [{ groups: ['dba'], count: 1, have: 0 }],
    decisions: [],
    grantId: null,
    ...over,
  };
}

export function grant(startsAt: number, endsAt: number, status: GrantStatus = { state: 'live' }): Grant {
  return {
    id: 'gra_000000000001',
    requestId: 'req_000000000001',
    requester: person('Ana'),
    target: { name: 'db-1', description: '', labels: {}, via: 'gateway' },
    login: 'readonly',
    role: 'orders-read',
    limits: { shell: true, exec: true, sftp: true, forward: false },
    approverGroups: ['dba'],
    startsAt,
    endsAt,
    drainSeconds: 0,
    endsWithSession: false,
    onScreenLock: 'keep',
    extension: null,
    status,
  };
}

/** What main shows to somebody who is signed in and has nothing yet. */
export function snapshot(over: Partial<Snapshot> = {}): Snapshot {
  return {
    revision: 1,
    version: '1.2.3',
    platform: 'linux',
    orgName: 'Example',
    clockSkewMs: 0,
    signIn: { state: 'signed-in', person: person('Ana'), keptBy: 'keychain' },
    connection: { state: 'online' },
    settings: { ...DEFAULT_SETTINGS, backendAddress: 'https://sallyport.example.com' },
    managed: NOT_MANAGED,
    update: { state: 'current', checkedAt: null },
    access: [],
    requests: [],
    inbox: [],
    grants: [],
    revocable: [],
    terminals: [],
    externalSessions: [],
    transfers: [],
    sshConfigProblem: null,
    delegation: { mine: null, candidates: [] },
    ...over,
  };
}
