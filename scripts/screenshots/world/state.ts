import { NOT_MANAGED } from '../../../protocol/ipc/managed.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../protocol/ipc/settings.ts';
import type { HeldGrant, Snapshot } from '../../../protocol/ipc/snapshot.ts';
import type { Decision } from '../../../protocol/model/decision.ts';
import type { Grant } from '../../../protocol/model/grant.ts';
import type { Person } from '../../../protocol/model/identity.ts';
import type { AccessRequest } from '../../../protocol/model/request.ts';
import { HOUR, MINUTE, NOW } from './moments.ts';
import { access, dana, erin, target } from './org.ts';

/** Main's truth for one person, with nothing going on. */
export function snapshot(who: Person, over: Partial<Snapshot> = {}, settings: Partial<Settings> = {}): Snapshot {
  return {
    revision: 1,
    version: '0.1.0',
    platform: 'linux',
    orgName: 'Example Org',
    clockSkewMs: 0,
    signIn: { state: 'signed-in', person: who, keptBy: 'keychain' },
    connection: { state: 'online' },
    settings: { ...DEFAULT_SETTINGS, backendAddress: 'https://sallyport.example.com', ...settings },
    managed: NOT_MANAGED,
    update: { state: 'current', checkedAt: null },
    access,
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

const id = (prefix: string, n: number): string => `${prefix}_${String(n).padStart(12, '0')}`;

/** Request number n, asked by Erin four minutes ago. */
export function request(n: number, name: string, over: Partial<AccessRequest> = {}): AccessRequest {
  return {
    id: id('req', n),
    revision: 1,
    batchId: null,
    extendsGrantId: null,
    requester: erin,
    target: target(name),
    login: 'deploy',
    role: 'production',
    durationSeconds: 3600,
    startsAt: null,
    endsWithSession: false,
    reason: 'Invoices of November are stuck; restart the worker and watch it catch up',
    ticket: '',
    state: 'pending',
    createdAt: NOW - 4 * MINUTE,
    lapsesAt: NOW + 56 * MINUTE,
    closedAt: null,
    needs: [{ groups: ['dba', 'security'], count: 1, have: 0 }],
    decisions: [],
    grantId: null,
    ...over,
  };
}

/** Grant number n of Erin, live for half an hour with 42 minutes left. */
export function grant(n: number, name: string, over: Partial<Grant> = {}): Grant {
  return {
    id: id('gra', n),
    requestId: id('req', n),
    requester: erin,
    target: target(name),
    login: 'deploy',
    role: 'production',
    limits: { shell: true, exec: true, sftp: true, forward: false },
    approverGroups: ['dba', 'security'],
    startsAt: NOW - 18 * MINUTE,
    endsAt: NOW + 42 * MINUTE,
    drainSeconds: 0,
    endsWithSession: false,
    onScreenLock: 'keep',
    extension: { maxSeconds: 4 * 3600, left: 2 },
    status: { state: 'live' },
    ...over,
  };
}

/** A grant as its holder's app has it. */
export function held(one: Grant, key: HeldGrant['key'] = 'held'): HeldGrant {
  return { grant: one, key, problem: null };
}

/** Dana's word, two minutes ago. */
export function decision(over: Partial<Decision> = {}): Decision {
  return {
    id: 'dec_000000000001',
    approver: dana,
    groups: ['dba'],
    verdict: 'approve',
    reason: '',
    onBehalfOf: null,
    at: NOW - 2 * MINUTE,
    ...over,
  };
}

/** An earlier request that is closed, so many hours ago. */
export function closed(
  n: number,
  name: string,
  hoursAgo: number,
  state: AccessRequest['state'],
  over: Partial<AccessRequest> = {},
): AccessRequest {
  const at = NOW - hoursAgo * HOUR;
  return request(n, name, { state, createdAt: at, closedAt: at + 3 * MINUTE, lapsesAt: at + HOUR, ...over });
}
