import type { Scene } from '../scene.ts';
import { HOUR, MINUTE, NOW } from '../world/moments.ts';
import { erin, sam } from '../world/org.ts';
import { closed, decision, grant, held, request, snapshot } from '../world/state.ts';

const batchId = 'bat_000000000001';
const live = grant(3, 'billing-app');
const all = [
  request(1, 'warehouse-etl', { batchId, revision: 2 }),
  request(2, 'billing-worker', { batchId, startsAt: NOW + 20 * HOUR }),
  closed(10, 'billing-app', 0.2, 'approved', {
    extendsGrantId: live.id,
    grantId: live.id,
    durationSeconds: 1800,
    reason: 'Still catching up',
  }),
  closed(3, 'billing-app', 0.3, 'approved', { grantId: live.id, decisions: [decision({ durationSeconds: 2700 })] }),
  closed(4, 'orders-db', 22, 'denied', {
    login: 'postgres',
    role: 'orders-admin',
    decisions: [decision({ verdict: 'deny', reason: 'Please use the report instead', approver: sam })],
  }),
  closed(5, 'staging-web', 23, 'lapsed', { role: 'staging' }),
  closed(6, 'staging-web', 25, 'cancelled', { role: 'staging' }),
  closed(7, 'edge-router', 28, 'approved', { grantId: 'gra_000000000007', login: 'netadmin', role: 'network' }),
];
const ended = grant(7, 'edge-router', {
  login: 'netadmin',
  status: { state: 'ended', reason: 'released', endedAt: NOW - 27 * HOUR, by: erin, note: '' },
});
const history = snapshot(erin, { requests: all, grants: [held(live), held(ended, 'destroyed')] });
const row = (n: number): string => all[n]?.id ?? '';

export const requestsScenes: Scene[] = [
  { name: 'requests-empty', snapshot: snapshot(erin), at: { page: 'requests', requestId: null } },
  { name: 'requests', snapshot: history, at: { page: 'requests', requestId: null } },
  { name: 'requests-pending', snapshot: history, at: { page: 'requests', requestId: row(0) } },
  { name: 'requests-extension', snapshot: history, at: { page: 'requests', requestId: row(2) } },
  { name: 'requests-live', snapshot: history, at: { page: 'requests', requestId: row(3) } },
  { name: 'requests-denied', snapshot: history, at: { page: 'requests', requestId: row(4) } },
  {
    name: 'requests-draining',
    snapshot: snapshot(erin, {
      requests: all,
      grants: [held({ ...live, endsAt: NOW - MINUTE, drainSeconds: 300 })],
    }),
    at: { page: 'requests', requestId: null },
    size: [360, 480],
  },
];
