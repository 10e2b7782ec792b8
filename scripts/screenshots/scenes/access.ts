import type { Answers } from '../fake-main.ts';
import type { Scene } from '../scene.ts';
import { HOUR, MINUTE, NOW } from '../world/moments.ts';
import { erin, target } from '../world/org.ts';
import { closed, grant, held, request, snapshot } from '../world/state.ts';

const live = held(grant(1, 'billing-app'));
const pendingExtension = request(9, 'billing-app', {
  extendsGrantId: live.grant.id,
  durationSeconds: 1800,
  needs: [{ groups: ['dba'], count: 1, have: 0 }],
});
const templates = [
  {
    name: 'Restart the invoice worker',
    targets: ['billing-app', 'billing-worker'],
    login: 'deploy',
    durationSeconds: 1800,
    reason: 'Invoices are stuck',
    endsWithSession: true,
  },
  {
    name: 'Look up an order',
    targets: ['orders-db'],
    login: 'readonly',
    durationSeconds: 900,
    reason: '',
    endsWithSession: false,
  },
];
const busy = snapshot(
  erin,
  {
    grants: [
      live,
      held(
        grant(2, 'orders-db', {
          login: 'readonly',
          role: 'orders-read',
          endsAt: NOW - MINUTE,
          drainSeconds: 300,
        }),
      ),
      held(
        grant(3, 'staging-web', {
          status: { state: 'scheduled' },
          startsAt: NOW + 20 * HOUR,
          endsAt: NOW + 22 * HOUR,
          role: 'staging',
        }),
        'none',
      ),
      held(
        grant(4, 'edge-router', {
          login: 'netadmin',
          role: 'network',
          status: {
            state: 'ended',
            reason: 'revoked',
            endedAt: NOW - 3 * MINUTE,
            by: { id: 'per_sam000000000', name: 'Sam Lee', email: 'sam@example.com' },
            note: 'Router is being replaced',
          },
        }),
        'destroyed',
      ),
    ],
    requests: [pendingExtension, request(5, 'warehouse-etl'), closed(6, 'staging-web', 30, 'approved')],
    terminals: [
      {
        id: 'term-1',
        beside: null,
        grantId: live.grant.id,
        title: 'deploy@billing-app',
        endsAt: live.grant.endsAt,
        status: { state: 'open' },
      },
    ],
    externalSessions: [
      {
        id: 'ext-1',
        grantId: live.grant.id,
        title: 'deploy@billing-app',
        program: 'GNOME Terminal',
        openedAt: NOW - 9 * MINUTE,
        status: { state: 'open' },
      },
      {
        id: 'ext-2',
        grantId: live.grant.id,
        title: 'deploy@billing-app',
        program: 'scp',
        openedAt: NOW - 12 * MINUTE,
        status: { state: 'ended', reason: null, sentence: 'the program closed it', at: NOW - 11 * MINUTE },
      },
    ],
  },
  { favourites: ['orders-db'], templates },
);
const calm = snapshot(
  erin,
  { grants: [live], requests: [closed(6, 'staging-web', 30, 'approved')] },
  { favourites: ['orders-db'], templates },
);
const terminals = {
  'native.list': { ok: true, value: { terminals: [{ id: 'gnome', name: 'GNOME Terminal' }] } },
} satisfies Answers;

export const accessScenes: Scene[] = [
  { name: 'access-nothing-yet', snapshot: snapshot(erin, { access: [] }) },
  { name: 'access-targets', snapshot: snapshot(erin) },
  { name: 'access-live', snapshot: calm },
  { name: 'access-busy', snapshot: busy },
  {
    name: 'access-busy-below',
    snapshot: busy,
    act: (page) => page.getByText('All others').scrollIntoViewIfNeeded(),
  },
  { name: 'access-narrow', snapshot: busy, size: [360, 480] },
  {
    name: 'access-connect-menu',
    snapshot: calm,
    answers: terminals,
    act: (page) => page.getByRole('button', { name: 'More ways into deploy@billing-app' }).click(),
  },
  {
    name: 'access-release',
    snapshot: busy,
    act: (page) => page.getByRole('button', { name: 'Release deploy@billing-app' }).click(),
  },
  { name: 'access-extend', snapshot: calm, at: { page: 'extend', grantId: live.grant.id } },
  {
    name: 'access-extend-not',
    snapshot: snapshot(erin, { grants: [held(grant(1, 'billing-app', { extension: null }))] }),
    at: { page: 'extend', grantId: live.grant.id },
  },
  { name: 'access-led-to-connect', snapshot: busy, at: { page: 'grant', grantId: live.grant.id } },
  { name: 'access-led-to-nothing', snapshot: calm, at: { page: 'grant', grantId: 'gra_999999999999' } },
  {
    name: 'access-direct',
    snapshot: snapshot(erin, {
      grants: [held(grant(1, 'edge-router', { login: 'netadmin', role: 'network', target: target('edge-router') }))],
    }),
  },
  {
    name: 'access-search',
    snapshot: calm,
    act: (page) => page.getByRole('combobox').fill('production'),
  },
  {
    name: 'access-search-nothing',
    snapshot: calm,
    act: (page) => page.getByRole('combobox').fill('zebra'),
  },
  {
    name: 'access-several',
    snapshot: calm,
    async act(page) {
      await page.getByRole('button', { name: 'Ask for several' }).click();
      for (const name of ['billing-app', 'billing-worker'])
        await page.getByRole('option', { name: new RegExp(`^${name}`) }).click();
    },
  },
  {
    name: 'access-offline',
    snapshot: {
      ...calm,
      connection: {
        state: 'offline',
        since: NOW - 6 * MINUTE,
        problem: { code: 'offline', message: 'The backend cannot be reached.' },
      },
    },
  },
];
