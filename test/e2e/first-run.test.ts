// Choosing an organisation, joining one by a link, what IT has set, and updates: what a key or a click sends, who has the
// focus then, and what can be seen of it.

import type { Page } from '@playwright/test';
import { describe, expect, test } from 'vitest';
import { sentBy, tell } from '../../scripts/screenshots/stage.ts';
import { openScenes } from '../support/scenes.ts';

const show = openScenes();
const focusedText = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? '');
const field = (page: Page) => page.getByRole('textbox', { name: 'Address of your organisation' });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

describe('a first run', () => {
  test('an address is typed and sent by keyboard alone', async () => {
    const page = await show('first');
    await page.keyboard.type(' sallyport.example.com ');
    await page.keyboard.press('Enter');
    await expect.poll(() => sentBy(page)).toEqual([['connection.choose', { address: 'sallyport.example.com' }]]);
  });

  test('without an address nothing is sent', async () => {
    expect(await sentBy(await show('first-missing'))).toEqual([]);
  });

  test('what was typed is still there after a failure, in focus, to be mended', async () => {
    const page = await show('first-nobody');
    await page.getByRole('alert').getByText('Is it written as your IT gave it to you?').waitFor();
    await page.keyboard.press('Home');
    await page.keyboard.type('x');
    expect(await field(page).inputValue()).toBe('xsalyport.example.com');
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  test('while it asks there, the address stays what is asked for, and Enter asks no second time', async () => {
    const page = await show('first-looking');
    await page.getByRole('status').getByText('Looking for Sallyport there…').waitFor();
    await field(page).focus();
    await page.keyboard.type('x');
    await page.keyboard.press('Enter');
    expect(await field(page).inputValue()).toBe('sallyport.example.com');
    expect(await sentBy(page)).toHaveLength(1);
  });

  test('a link that is pasted becomes the address in it, for the person to see and to send', async () => {
    const page = await show('first-link-pasted');
    expect(await field(page).inputValue()).toBe('https://sallyport.example.com');
    expect(await sentBy(page)).toEqual([]);
  });

  test('Esc goes back from choosing another, and hides the window after', async () => {
    const page = await show('sign-in-other');
    await page.keyboard.press('Escape');
    await button(page, 'Use another organisation').waitFor();
    expect(await sentBy(page)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await sentBy(page)).toEqual([['window.hide', {}]]);
  });
});

describe('the organisation has set which backend is used', () => {
  test('there is no way to choose another, and it says why', async () => {
    const page = await show('sign-in-managed');
    await page.getByText('Managed by your organisation').waitFor();
    expect(await button(page, 'Use another organisation').count()).toBe(0);
    await page.keyboard.press('Enter');
    expect(await sentBy(page)).toEqual([['signIn.start', {}]]);
  });

  test('what cannot be relied on lets nobody try to sign in, by the palette neither', async () => {
    const page = await show('sign-in-unusable');
    expect(await button(page, 'Sign in with your browser').count()).toBe(0);
    await page.keyboard.press('Control+K');
    await page.getByRole('combobox').fill('sign in');
    expect(await page.getByRole('option', { name: 'Sign in with your browser' }).count()).toBe(0);
  });

  test('the sign-in comes back by itself once IT has mended it', async () => {
    const page = await show('sign-in-unusable');
    const { managed } = await snapshotOf(page);
    await tell(page, { managed: { ...managed, problem: null } });
    await button(page, 'Sign in with your browser').waitFor();
  });

  test('the diagnostics for IT are one key away', async () => {
    const page = await show('sign-in-unusable');
    await page.keyboard.press('Enter');
    expect(await sentBy(page)).toEqual([['diagnostics.copy', {}]]);
  });

  test.each([
    ['Organisation', 'sallyport.example.com'],
    ['Start at login', 'On'],
    ['Sign out when this computer is idle', '45 min'],
    ['Notifications', 'On'],
    ['Connect opens', 'My own terminal'],
    ['Own terminal', 'GNOME Terminal'],
    ['Names for any ssh program', 'On'],
    ['When there is a newer version', 'Install it'],
    ['Versions', 'Stable'],
  ])('%s is set: the keyboard comes by, and a screen reader says to what and why', async (name, value) => {
    const page = await show('managed');
    const field = page.getByRole('textbox', { name, exact: true });
    await expect.poll(() => field.inputValue()).toBe(value);
    expect(await field.isEditable()).toBe(false);
    await field.focus();
    expect(await field.evaluate((one) => one === document.activeElement)).toBe(true);
    const described = (await field.getAttribute('aria-describedby')) ?? '';
    const said = await page.evaluate(
      (ids) => ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' '),
      described.split(' '),
    );
    expect(said).toContain('Managed by your organisation. Your IT sets this on this computer.');
  });

  test('what is set and is no setting, and what is not understood, stand in About', async () => {
    const page = await show('managed-about');
    for (const part of ['built-in, gnome-terminal', '3f1c9a7d20b84e65', 'enforced.idleSignOut: not known'])
      await page.getByText(part).waitFor();
    expect(await button(page, 'Change…').count()).toBe(0);
  });

  test('what it only sets by default is not marked, and is changed', async () => {
    const page = await show('settings');
    expect(await page.getByText('Managed by your organisation').count()).toBe(0);
    await page.getByLabel('Sign out when this computer is idle').selectOption('30');
    expect(await sentBy(page)).toEqual([['settings.change', { idleSignOutMinutes: 30 }]]);
  });
});

describe('the licences', () => {
  const search = (page: Page) => page.getByRole('textbox', { name: 'Search by name or licence' });
  const packages = (page: Page) => page.locator('summary').allTextContents();

  test('are read when they are wanted, found by every word of name and licence, and left by Esc', async () => {
    const page = await show('licences');
    await search(page).fill('bsd bcrypt');
    await expect.poll(() => packages(page)).toEqual(['bcrypt-pbkdf 1.0.2BSD-3-Clause']);
    await search(page).fill('nothing like it');
    await page.getByText('Nothing here has “nothing like it”').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => packages(page)).toHaveLength(5);
    await page.keyboard.press('Escape');
    await button(page, 'Copy diagnostics').waitFor();
    expect(await sentBy(page)).toEqual([]);
  });

  test('are opened by keyboard alone', async () => {
    const page = await show('licences');
    await search(page).focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('The authors of electron').waitFor();
  });

  test('where there are none, it says why', async () => {
    await (await show('licences-none')).getByText('runs from its source').waitFor();
  });
});

const ASKING = ['join-first', 'join-instead', 'join-leaves', 'join-cuts', 'join-look-alike', 'join-here'] as const;

describe('a link to join', () => {
  test.each([...ASKING, 'join-same', 'join-same-signed-out', 'join-managed'])(
    '%s: Enter and Space by themselves, pressed or held down, change nothing',
    async (name) => {
      const page = await show(name);
      await page.keyboard.down('Enter');
      await page.keyboard.down('Enter');
      await page.keyboard.up('Enter');
      expect((await sentBy(page)).filter(([sent]) => sent === 'connection.choose')).toEqual([]);
    },
  );

  test.each(ASKING)('%s: Esc is “Not now”', async (name) => {
    const page = await show(name);
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Join this organisation?' }).first().waitFor({ state: 'detached' });
    expect(await sentBy(page)).toEqual([]);
  });

  test.each(['join-first-narrow', 'join-cuts-narrow', 'join-long-narrow'])(
    '%s: the host and both answers are in sight at once',
    async (name) => {
      const page = await show(name);
      const { height } = page.viewportSize() ?? (await page.evaluate(() => ({ height: window.innerHeight })));
      for (const place of [page.locator('[data-host]'), button(page, 'Not now')]) {
        const box = await place.boundingBox();
        expect(box?.y).toBeGreaterThanOrEqual(0);
        expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(height);
      }
    },
  );

  test('a click uses it, and the sign-in comes next', async () => {
    const page = await show('join-first');
    await button(page, 'Use this organisation').click();
    await field(page).waitFor();
    expect(await sentBy(page)).toEqual([
      ['connection.choose', { address: 'https://sallyport.north-atlantic.example' }],
    ]);
  });

  test('a failure stays on the page, and the link can be tried again', async () => {
    const page = await show('join-nobody');
    await page.getByRole('alert').getByText('ask your IT whether the link is right').waitFor();
    await button(page, 'Use this organisation').click();
    await expect.poll(async () => (await sentBy(page)).length).toBe(2);
  });

  test('the one that is used already offers to go on, and nothing else', async () => {
    const page = await show('join-same-signed-out');
    expect(await focusedText(page)).toBe('Go on to the sign-in');
    await page.keyboard.press('Enter');
    await button(page, 'Sign in with your browser').waitFor();
    expect(await sentBy(page)).toEqual([]);
  });

  test.each(['sign-in-unusable', 'sign-in-managed'])('%s: no link leads past it', async (name) => {
    const page = await show(name);
    await page.evaluate(() =>
      (window as unknown as { playNavigate(d: unknown): void }).playNavigate({
        page: 'join',
        address: 'https://attacker.example',
      }),
    );
    await page.waitForTimeout(100);
    expect(await button(page, 'Use this organisation').count()).toBe(0);
  });
});

describe('updates', () => {
  test.each([
    ['updates-current', 'Look for updates', 'updates.check'],
    ['updates-installable', 'Install', 'updates.install'],
    ['updates-ready', 'Restart now', 'updates.install'],
    ['updates-failed', 'Try again', 'updates.check'],
    ['update-line', 'Restart', 'updates.install'],
  ])('%s: “%s” does it', async (name, text, command) => {
    const page = await show(name);
    await button(page, text).click();
    expect(await sentBy(page)).toEqual([[command, {}]]);
  });

  test.each(['updates-off', 'updates-downloading'])('%s has no button', async (name) => {
    const page = await show(name);
    for (const text of ['Look for updates', 'Install', 'Restart now', 'Try again'])
      expect(await button(page, text).count()).toBe(0);
  });

  test('the command of the package manager is copied whole', async () => {
    const page = await show('updates-available');
    await button(page, 'Copy sudo apt update && sudo apt upgrade sallyport').click();
    expect(await sentBy(page)).toEqual([
      ['clipboard.write', { text: 'sudo apt update && sudo apt upgrade sallyport' }],
    ]);
  });

  test('what is new is read by keyboard', async () => {
    const page = await show('updates-ready');
    await button(page, 'Restart now').focus();
    await page.keyboard.press('Tab');
    expect(await focusedText(page)).toContain('Sessions open faster');
  });

  test('a ready version that is put off is not said again on any page, but in the settings', async () => {
    const page = await show('update-line');
    const line = page.getByText('Sallyport 0.2.0 is ready.');
    await page.getByRole('complementary', { name: 'Update' }).getByRole('button', { name: 'Not now' }).click();
    await line.waitFor({ state: 'detached' });
    await page.keyboard.press('Control+2');
    await page.getByRole('heading', { name: 'Requests', exact: true }).waitFor();
    expect(await line.count()).toBe(0);
    await page.keyboard.press('Control+3');
    await button(page, 'Restart now').waitFor();
    await tell(page, { update: { state: 'ready', version: '0.3.0', notes: '' } });
    await page.keyboard.press('Control+1');
    await page.getByText('Sallyport 0.3.0 is ready.').waitFor();
  });

  test('the focus stays where one works when a version becomes ready', async () => {
    const page = await show('access-targets');
    await tell(page, { update: { state: 'ready', version: '0.2.0', notes: '' } });
    await page.getByText('Sallyport 0.2.0 is ready.').waitFor();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
  });
});

/** What the page was told last. */
function snapshotOf(page: Page) {
  return page.evaluate(async () => {
    const { sallyport } = window as unknown as { sallyport: import('../../protocol/ipc/bridge.ts').Bridge };
    const result = await sallyport.commands['snapshot.show']({});
    if (!result.ok) throw new Error(result.error.message);
    return result.value;
  });
}
