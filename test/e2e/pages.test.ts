// What a page sends when a person acts on it.

import type { Page } from '@playwright/test';
import { describe, expect, test } from 'vitest';
import { sentBy, tell } from '../../scripts/screenshots/stage.ts';
import { openScenes } from '../support/scenes.ts';

const show = openScenes();

describe('nothing is done before a click', () => {
  test.each([
    'ask-by-link',
    'ask-by-link-unknown',
    'access-led-to-connect',
    'access-extend',
    'access-led-to-nothing',
    'inbox-one',
    'ask-amend',
  ])('%s', async (name) => {
    expect(await sentBy(await show(name))).toEqual([]);
  });

  test('Enter in an inbox that has just opened decides nothing', async () => {
    const page = await show('inbox-one');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Space');
    expect(await sentBy(page)).toEqual([]);
  });

  test('a grant that a link leads to has its Connect button in focus, and Enter connects', async () => {
    const page = await show('access-led-to-connect');
    const name = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    expect(name).toBe('Connect to deploy@billing-app');
    await page.keyboard.press('Enter');
    expect(await sentBy(page)).toEqual([['grants.connect', { id: 'gra_000000000001' }]]);
  });
});

describe('the inbox', () => {
  test('a click decides on what is shown, and not at the very moment it has changed', async () => {
    const page = await show('inbox-one');
    const approve = page.getByRole('button', { name: /^Approve/ });
    await approve.waitFor();
    const { inbox } = (await stageSnapshot(page)) ?? { inbox: [] };
    const [first, ...others] = inbox;
    if (first === undefined) throw new Error('Nothing waits.');
    await tell(page, { inbox: [{ ...first, revision: 2, durationSeconds: 7200 }, ...others] });
    await page.getByText('Changed since you looked: 1 h → 2 h.').waitFor();
    expect(await approve.isDisabled()).toBe(true);
    await approve.click();
    expect(await sentBy(page)).toEqual([
      ['requests.decide', { id: first.id, revision: 2, verdict: 'approve', reason: '' }],
    ]);
  });

  test('what was begun about a request that changes is not carried over', async () => {
    const page = await show('inbox-approve-less');
    const { inbox } = (await stageSnapshot(page)) ?? { inbox: [] };
    await page.getByRole('textbox', { name: /exactly$/ }).fill('5m');
    await tell(page, { inbox: inbox.map((one) => ({ ...one, revision: 2, login: 'root' })) });
    await page.getByText('Changed since you looked: deploy → root.').waitFor();
    expect(await page.getByRole('textbox', { name: /exactly$/ }).count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.hasAttribute('data-card'))).toBe(true);
  });

  test('a batch that is trimmed denies the rest, with a reason', async () => {
    const page = await show('inbox-batch-why');
    await page.getByRole('textbox', { name: /^Why not the other one/ }).fill('not on a Friday');
    await page.getByRole('button', { name: 'Approve 2, deny 1' }).click();
    const [sent] = await sentBy(page);
    expect(sent).toEqual([
      'requests.decideMany',
      {
        decisions: [
          { id: 'req_000000000020', revision: 1, verdict: 'approve', reason: '' },
          { id: 'req_000000000021', revision: 1, verdict: 'approve', reason: '' },
          { id: 'req_000000000022', revision: 1, verdict: 'deny', reason: 'not on a Friday' },
        ],
      },
    ]);
  });

  test('many are approved by two clicks, and the first of them has the way back in focus', async () => {
    const page = await show('inbox-several-sure');
    expect(await sentBy(page)).toEqual([]);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Back');
    await page.getByRole('button', { name: 'Approve 3 now' }).click();
    const [sent] = await sentBy(page);
    expect(sent?.[0]).toBe('requests.decideMany');
  });

  test('handing over names who and until when', async () => {
    const page = await show('inbox-away');
    await page.getByRole('combobox', { name: 'Who decides in your place' }).selectOption({ index: 1 });
    await page.getByRole('button', { name: 'Monday 09:00' }).click();
    await page.getByRole('button', { name: 'Hand over' }).click();
    const until = Date.UTC(2026, 10, 23, 8, 0);
    expect(await sentBy(page)).toEqual([['delegation.set', { standIn: 'per_priya0000000', until }]]);
  });
});

describe('asking', () => {
  test('by a link sends what it filled in, once Send is pressed', async () => {
    const page = await show('ask-by-link');
    await page.getByRole('button', { name: 'Send request' }).click();
    const [sent] = await sentBy(page);
    expect(sent).toMatchObject([
      'requests.create',
      { ask: { target: 'billing-app', login: 'root', durationSeconds: 900, reason: 'From the runbook' } },
    ]);
  });

  test('for several is one batch without a role', async () => {
    const page = await show('ask-several');
    await page.getByRole('textbox', { name: 'Reason' }).fill('Release 4.2');
    await page.getByRole('button', { name: 'Send 3 requests' }).click();
    const [sent] = await sentBy(page);
    expect(sent).toEqual([
      'requests.createBatch',
      {
        ask: {
          targets: ['billing-app', 'billing-worker', 'staging-web'],
          login: 'deploy',
          durationSeconds: 3600,
          reason: 'Release 4.2',
          ticket: '',
          startsAt: null,
          endsWithSession: false,
        },
        openTerminal: true,
      },
    ]);
  });

  test('for later sends the moment in the person’s own zone', async () => {
    const page = await show('ask-later');
    await page.getByRole('textbox', { name: 'Reason' }).fill('Night shift');
    await page.getByRole('button', { name: 'tomorrow 09:00' }).click();
    await page.getByRole('button', { name: 'Send request' }).click();
    const [sent] = await sentBy(page);
    expect(sent).toMatchObject(['requests.create', { ask: { startsAt: Date.UTC(2026, 10, 21, 8, 0) } }]);
  });

  test('anew for a pending request changes that request', async () => {
    const page = await show('ask-amend');
    await page.getByRole('textbox', { name: 'How long, exactly' }).fill('2h');
    await page.getByRole('button', { name: 'Change request' }).click();
    const [sent] = await sentBy(page);
    expect(sent).toMatchObject(['requests.amend', { id: 'req_000000000005', ask: { durationSeconds: 7200 } }]);
    expect(sent?.[1]).not.toHaveProperty('ask.target');
  });

  test('a form is kept under a name by Enter, and nothing is sent by that', async () => {
    const page = await show('ask-save-template');
    await page.getByRole('textbox', { name: 'Name of the template' }).fill('Worker');
    await page.keyboard.press('Enter');
    await page.getByText('Saved as “Worker”.').waitFor();
    const sent = await sentBy(page);
    expect(sent).toMatchObject([['settings.change', { templates: [{ name: 'Worker', targets: ['billing-app'] }] }]]);
  });

  test('Ctrl-D keeps the chosen target as a favourite', async () => {
    const page = await show('access-targets');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Control+d');
    await page.getByText('Favourites').waitFor();
    expect(await sentBy(page)).toEqual([['settings.change', { favourites: ['billing-worker'] }]]);
  });
});

describe('live access', () => {
  test('is made longer by a click, with a reason where the role wants one', async () => {
    const page = await show('access-extend');
    await page.getByRole('button', { name: 'Ask for 30 min more' }).click();
    await page.getByText('The role production wants a reason.').waitFor();
    expect(await sentBy(page)).toEqual([]);
    await page.getByRole('textbox', { name: 'Reason' }).fill('Not done');
    await page.keyboard.press('Enter');
    const [sent] = await sentBy(page);
    expect(sent).toEqual([
      'grants.extend',
      { id: 'gra_000000000001', durationSeconds: 1800, reason: 'Not done', ticket: '' },
    ]);
  });

  test('opens in the person’s own terminal from the menu, by keyboard', async () => {
    const page = await show('access-connect-menu');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await sentBy(page)).toEqual([['native.open', { grantId: 'gra_000000000001' }]]);
  });

  test('Esc leaves the menu and not the window', async () => {
    const page = await show('access-connect-menu');
    await page.keyboard.press('Escape');
    expect(await page.getByRole('menu').count()).toBe(0);
    expect(await sentBy(page)).toEqual([]);
  });

  test('the session of another program is ended from its line', async () => {
    const page = await show('access-busy');
    await page.getByRole('button', { name: 'End GNOME Terminal, deploy@billing-app' }).click();
    expect(await sentBy(page)).toEqual([['native.end', { id: 'ext-1' }]]);
  });
});

/** What the page was told last. */
function stageSnapshot(page: Page) {
  return page.evaluate(async () => {
    const { sallyport } = window as unknown as { sallyport: import('../../protocol/ipc/bridge.ts').Bridge };
    const result = await sallyport.commands['snapshot.show']({});
    return result.ok ? result.value : undefined;
  });
}
