import type { Page } from '@playwright/test';
import type { DryRun } from '../../../protocol/model/access.ts';
import type { Answers } from '../fake-main.ts';
import type { Scene } from '../scene.ts';
import { HOUR, NOW } from '../world/moments.ts';
import { dana, erin, sam } from '../world/org.ts';
import { closed, decision, request, snapshot } from '../world/state.ts';

const idle = snapshot(erin, { requests: [closed(6, 'billing-app', 30, 'approved')] });
const dryRun = (...online: DryRun['needs'][number]['online']) =>
  ({
    'requests.dryRun': {
      ok: true,
      value: {
        role: 'production',
        durationSeconds: 3600,
        needs: [{ groups: ['dba', 'security'], count: 1, online }],
      },
    },
  }) satisfies Answers;
const open = async (page: Page, name: string): Promise<void> => {
  await page.getByRole('option', { name: new RegExp(`^${name}`) }).click();
  await page.locator('form').waitFor();
};
const pending = request(5, 'billing-app', { decisions: [decision()], needs: [{ groups: ['dba'], count: 2, have: 1 }] });

export const askScenes: Scene[] = [
  { name: 'ask', snapshot: idle, answers: dryRun(dana, sam), act: (page) => open(page, 'billing-app') },
  { name: 'ask-nobody-online', snapshot: idle, answers: dryRun(), act: (page) => open(page, 'billing-app') },
  {
    name: 'ask-roles',
    snapshot: idle,
    answers: dryRun(dana),
    act: (page) => open(page, 'orders-db'),
  },
  {
    name: 'ask-later',
    snapshot: idle,
    answers: dryRun(dana),
    async act(page) {
      await open(page, 'billing-app');
      await page.getByText('Later', { exact: true }).click();
      await page.getByLabel('Begins at').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'ask-problems',
    snapshot: idle,
    answers: dryRun(dana),
    async act(page) {
      await open(page, 'billing-app');
      await page.getByRole('textbox', { name: 'How long, exactly' }).fill('9h');
      await page.getByRole('button', { name: 'Send request' }).click();
    },
  },
  {
    name: 'ask-refused',
    snapshot: idle,
    answers: {
      ...dryRun(dana),
      'requests.create': {
        ok: false,
        error: {
          code: 'too-many-requests',
          message: 'You have asked often in the last minute. Try again in 30 seconds.',
        },
      },
    },
    async act(page) {
      await open(page, 'billing-app');
      await page.getByRole('textbox', { name: 'Reason' }).fill('Restart the worker');
      await page.getByRole('button', { name: 'Send request' }).click();
      await page.getByRole('alert').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'ask-several',
    snapshot: idle,
    answers: dryRun(dana, sam),
    async act(page) {
      await page.getByRole('button', { name: 'Ask for several' }).click();
      for (const name of ['billing-app', 'billing-worker', 'staging-web'])
        await page.getByRole('option', { name: new RegExp(`^${name}`) }).click();
      await page.getByRole('button', { name: 'Ask for 3 targets' }).click();
    },
  },
  {
    name: 'ask-by-link',
    snapshot: idle,
    answers: dryRun(dana),
    at: { page: 'new', target: 'billing-app', login: 'root', durationSeconds: 900, reason: 'From the runbook' },
  },
  {
    name: 'ask-by-link-unknown',
    snapshot: idle,
    at: { page: 'new', target: 'mainframe', login: null, durationSeconds: null, reason: '' },
  },
  { name: 'ask-direct', snapshot: idle, answers: dryRun(sam), act: (page) => open(page, 'edge-router') },
  {
    name: 'ask-save-template',
    snapshot: idle,
    answers: dryRun(dana),
    async act(page) {
      await open(page, 'billing-app');
      await page.getByRole('button', { name: 'Save as template…' }).click();
    },
  },
  {
    name: 'ask-amend',
    snapshot: snapshot(erin, { requests: [{ ...pending, startsAt: NOW + 20 * HOUR }] }),
    answers: dryRun(dana),
    at: { page: 'requests', requestId: pending.id },
    act: (page) => page.getByRole('button', { name: 'Change…' }).click(),
  },
  {
    name: 'ask-narrow',
    snapshot: idle,
    size: [360, 480],
    answers: dryRun(dana),
    act: (page) => open(page, 'orders-db'),
  },
];
