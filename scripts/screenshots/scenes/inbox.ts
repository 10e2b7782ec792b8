import type { Snapshot } from '../../../protocol/ipc/snapshot.ts';
import type { ShownFacts } from '../../../protocol/model/access.ts';
import type { Answers } from '../fake-main.ts';
import type { Scene } from '../scene.ts';
import { tell } from '../stage.ts';
import { DAY, HOUR, MINUTE, NOW } from '../world/moments.ts';
import { dana, priya, sam, tomas } from '../world/org.ts';
import { closed, decision, grant, request, snapshot } from '../world/state.ts';

const facts: ShownFacts = {
  roleDescription: 'Incident work and releases on production servers',
  earlier: [
    { at: NOW - 22 * HOUR, state: 'approved', durationSeconds: 3600, decidedBy: 'Sam Lee' },
    { at: NOW - 6 * DAY, state: 'denied', durationSeconds: 4 * 3600, decidedBy: 'Dana Novak' },
    { at: NOW - 11 * DAY, state: 'approved', durationSeconds: 1800, decidedBy: 'Dana Novak' },
  ],
  accessesLast30Days: 3,
  lastAccessAt: NOW - 22 * HOUR,
};
const known = { 'requests.facts': { ok: true, value: facts } } satisfies Answers;
const stranger = {
  'requests.facts': { ok: true, value: { ...facts, earlier: [], accessesLast30Days: 0, lastAccessAt: null } },
} satisfies Answers;

const inbox = (over: Partial<Snapshot>): Snapshot => snapshot(dana, over);
const one = request(1, 'billing-app');
const batchId = 'bat_000000000001';
const batch = ['billing-app', 'billing-worker', 'warehouse-etl'].map((name, i) =>
  request(20 + i, name, { batchId, createdAt: NOW - 8 * MINUTE }),
);
const others = [
  one,
  request(2, 'orders-db', {
    requester: priya,
    login: 'readonly',
    role: 'orders-read',
    durationSeconds: 900,
    reason: 'Customer 4711 says an order is gone',
    ticket: 'SUP-2041',
    createdAt: NOW - 3 * MINUTE,
    needs: [{ groups: ['dba'], count: 1, have: 0 }],
  }),
  request(3, 'staging-web', {
    requester: tomas,
    durationSeconds: 2 * 3600,
    role: 'staging',
    reason: 'Try the new build',
    startsAt: NOW + 19 * HOUR,
    createdAt: NOW - 2 * MINUTE,
    needs: [{ groups: ['sre'], count: 1, have: 0 }],
  }),
];
const running = grant(7, 'billing-app');
const decided = [
  closed(8, 'staging-web', 2, 'approved', { decisions: [decision()], requester: tomas }),
  closed(9, 'orders-db', 26, 'denied', {
    decisions: [decision({ verdict: 'deny', reason: 'Use the report', approver: sam })],
    requester: priya,
  }),
];

export const inboxScenes: Scene[] = [
  { name: 'inbox-empty', snapshot: inbox({}), at: { page: 'inbox', requestId: null } },
  {
    name: 'inbox-one',
    snapshot: inbox({ inbox: [one, ...decided], revocable: [running] }),
    answers: known,
    at: { page: 'inbox', requestId: one.id },
  },
  {
    name: 'inbox-one-below',
    snapshot: inbox({ inbox: [one, ...decided], revocable: [running], delegation: { mine: null, candidates: [sam] } }),
    answers: known,
    at: { page: 'inbox', requestId: one.id },
    act: (page) => page.getByText('While you are away').scrollIntoViewIfNeeded(),
  },
  {
    name: 'inbox-first-time',
    snapshot: inbox({
      inbox: [
        request(1, 'orders-db', {
          requester: tomas,
          login: 'postgres',
          role: 'orders-admin',
          durationSeconds: 3600,
          ticket: 'CHG-1207',
          reason: 'Add the index on orders.customer_id\nthen check the slow query log',
          endsWithSession: true,
          needs: [
            { groups: ['dba'], count: 1, have: 0 },
            { groups: ['security'], count: 1, have: 1 },
          ],
          decisions: [decision({ approver: sam, groups: ['security'], reason: 'Plan looks right' })],
        }),
      ],
    }),
    answers: stranger,
    at: { page: 'inbox', requestId: null },
  },
  {
    name: 'inbox-history',
    snapshot: inbox({ inbox: [one] }),
    answers: known,
    at: { page: 'inbox', requestId: null },
    act: (page) => page.getByRole('button', { name: '3 earlier requests' }).click(),
  },
  {
    name: 'inbox-approve-less',
    snapshot: inbox({ inbox: [one] }),
    answers: known,
    at: { page: 'inbox', requestId: null },
    act: (page) => page.getByRole('button', { name: 'Less time…' }).click(),
  },
  {
    name: 'inbox-deny',
    snapshot: inbox({ inbox: [one] }),
    answers: known,
    at: { page: 'inbox', requestId: null },
    async act(page) {
      await page.getByRole('button', { name: 'Deny…' }).click();
      await page.getByRole('button', { name: 'Deny', exact: true }).click();
    },
  },
  {
    name: 'inbox-changed',
    snapshot: inbox({ inbox: [one] }),
    answers: known,
    at: { page: 'inbox', requestId: null },
    async act(page) {
      await page.getByRole('button', { name: 'Approve 1 h' }).waitFor();
      await tell(page, { inbox: [{ ...one, revision: 2, durationSeconds: 7200, login: 'root' }] });
    },
  },
  {
    name: 'inbox-extension',
    snapshot: inbox({
      inbox: [
        request(4, 'billing-app', { extendsGrantId: running.id, durationSeconds: 1800, reason: 'Still catching up' }),
      ],
      revocable: [running],
    }),
    answers: known,
    at: { page: 'inbox', requestId: null },
  },
  {
    name: 'inbox-stand-in',
    snapshot: snapshot(
      {
        ...sam,
        groups: [],
        standsInFor: [{ person: dana, groups: ['dba'], until: NOW + 3 * DAY }],
      },
      { inbox: [one] },
    ),
    answers: known,
    at: { page: 'inbox', requestId: null },
  },
  {
    name: 'inbox-direct-later',
    snapshot: inbox({
      inbox: [request(4, 'edge-router', { login: 'netadmin', role: 'network', startsAt: NOW + 20 * HOUR })],
    }),
    answers: known,
    at: { page: 'inbox', requestId: null },
  },
  { name: 'inbox-batch', snapshot: inbox({ inbox: batch }), answers: known, at: { page: 'inbox', requestId: null } },
  {
    name: 'inbox-batch-trimmed',
    snapshot: inbox({ inbox: batch }),
    answers: known,
    at: { page: 'inbox', requestId: null },
    act: (page) => page.getByRole('checkbox').nth(2).uncheck(),
  },
  {
    name: 'inbox-batch-why',
    snapshot: inbox({ inbox: batch }),
    answers: known,
    at: { page: 'inbox', requestId: null },
    async act(page) {
      await page.getByRole('checkbox').nth(2).uncheck();
      await page.getByRole('button', { name: /^Approve 2/ }).click();
    },
  },
  {
    name: 'inbox-batch-problem',
    snapshot: inbox({ inbox: batch }),
    answers: {
      ...known,
      'requests.decideMany': {
        ok: true,
        value: {
          problems: [
            {
              id: batch[1]?.id ?? '',
              problem: { code: 'wrong-state', message: 'The requester changed it meanwhile; look at it again.' },
            },
          ],
        },
      },
    },
    at: { page: 'inbox', requestId: null },
    act: (page) => page.getByRole('button', { name: 'Approve all 3' }).click(),
  },
  {
    name: 'inbox-several',
    snapshot: inbox({ inbox: [...others, ...batch] }),
    answers: known,
    at: { page: 'inbox', requestId: null },
    async act(page) {
      await page.getByRole('button', { name: 'Select several' }).click();
      await page.getByRole('checkbox').nth(3).check();
      await page.getByRole('checkbox').nth(4).check();
    },
  },
  {
    name: 'inbox-several-sure',
    snapshot: inbox({ inbox: others }),
    answers: known,
    at: { page: 'inbox', requestId: null },
    async act(page) {
      await page.getByRole('button', { name: 'Select several' }).click();
      await page.getByRole('button', { name: 'All', exact: true }).click();
      await page.getByRole('button', { name: 'Approve 3…' }).click();
    },
  },
  {
    name: 'inbox-away',
    snapshot: inbox({ delegation: { mine: null, candidates: [sam, priya] } }),
    at: { page: 'inbox', requestId: null },
    act: (page) => page.getByRole('button', { name: 'I’m away…' }).click(),
  },
  {
    name: 'inbox-away-set',
    snapshot: inbox({ delegation: { mine: { standIn: sam, until: NOW + 3 * DAY }, candidates: [sam] } }),
    at: { page: 'inbox', requestId: null },
  },
  {
    name: 'inbox-revoke',
    snapshot: inbox({ revocable: [running] }),
    at: { page: 'inbox', requestId: null },
    act: (page) => page.getByRole('button', { name: /^Revoke…/ }).click(),
  },
  {
    name: 'inbox-narrow',
    snapshot: inbox({ inbox: [one] }),
    answers: known,
    size: [360, 480],
    at: { page: 'inbox', requestId: null },
  },
];
