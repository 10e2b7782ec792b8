// The popover around its pages, the command palette, the settings and quitting: what a key or a click sends, and who has
// the focus then.

import type { Page } from '@playwright/test';
import { describe, expect, test } from 'vitest';
import { sentBy } from '../../scripts/screenshots/stage.ts';
import { openScenes } from '../support/scenes.ts';

const show = openScenes();
const field = (page: Page) => page.getByRole('combobox', { name: 'What do you want to do?' });
const focusedText = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? '');

/** Types into the palette and takes the first that is found. */
async function choose(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await page.keyboard.press('Enter');
}

describe('the command palette', () => {
  test('connects by its first command', async () => {
    const page = await show('palette');
    await choose(page, 'connect billing');
    await field(page).waitFor({ state: 'detached' });
    expect(await sentBy(page)).toEqual([['grants.connect', { id: 'gra_000000000001' }]]);
  });

  test.each([
    ['release billing', 'Release now'],
    ['sign out', 'Sign out'],
    ['quit', 'Stay'],
  ])('“%s” asks first, and sends nothing', async (text, button) => {
    const page = await show('palette');
    await choose(page, text);
    await page.getByRole('button', { name: button, exact: true }).first().waitFor();
    expect((await sentBy(page)).filter(([name]) => /release|signIn|quit/.test(String(name)))).toEqual([]);
  });

  test('a key held down does not answer the question it has led to', async () => {
    const page = await show('palette');
    await field(page).fill('release billing');
    await page.keyboard.down('Enter');
    await page.getByRole('button', { name: 'Release now' }).waitFor();
    await expect.poll(() => focusedText(page)).toBe('Release now');
    // Down again without having been up: a repeat.
    await page.keyboard.down('Enter');
    await page.keyboard.up('Enter');
    expect(await sentBy(page)).toEqual([]);
  });

  test('leads to the form of a target, with its first field in focus', async () => {
    const page = await show('palette');
    await choose(page, 'ask warehouse');
    await page.getByRole('heading', { name: /warehouse-etl/ }).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true);
    expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe('BODY');
  });

  test('arrows go round, and the field names what is chosen', async () => {
    const page = await show('palette');
    const active = async () => {
      const id = await field(page).getAttribute('aria-activedescendant');
      return page.locator(`[id="${id}"]`).textContent();
    };
    const first = await active();
    await page.keyboard.press('ArrowUp');
    expect(await active()).toContain('Quit Sallyport');
    await page.keyboard.press('ArrowDown');
    expect(await active()).toBe(first);
  });

  test('Esc closes it, not the window, and gives the focus back', async () => {
    const page = await show('access-targets');
    await page.keyboard.press('Control+k');
    await field(page).waitFor();
    await page.keyboard.press('Escape');
    await field(page).waitFor({ state: 'detached' });
    expect(await sentBy(page)).toEqual([]);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('search');
  });

  test('its own key closes it, keys of the page below do nothing, Tab stays inside', async () => {
    const page = await show('inbox-one');
    await page.keyboard.press('Control+k');
    await field(page).waitFor();
    await page.keyboard.press('a');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Control+2');
    expect(await field(page).inputValue()).toBe('a');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('combobox');
    await page.keyboard.press('Control+k');
    await field(page).waitFor({ state: 'detached' });
    expect(await sentBy(page)).toEqual([]);
  });

  test('what was chosen lately stands first', async () => {
    const page = await show('palette');
    await choose(page, 'diagnostics');
    await page.getByText(/Names and secrets are left out/).waitFor();
    await field(page).fill('');
    const palette = page.getByRole('dialog');
    expect(await palette.getByRole('option').first().textContent()).toContain('Copy diagnostics');
    expect(await palette.getByRole('group').first().getAttribute('aria-label')).toBe('Lately');
  });

  test('says why something failed, and stays', async () => {
    const page = await show('settings-shortcut-taken');
    await page.keyboard.press('Control+k');
    await choose(page, 'do not disturb');
    await page.getByRole('dialog').getByText('Another program has').waitFor();
    expect(await field(page).count()).toBe(1);
  });
});

describe('quitting', () => {
  test.each([
    ['quit', 'Quit and release access', { confirmed: true, release: true, again: false }],
    ['quit', 'Quit', { confirmed: true, release: false, again: false }],
    ['quit-restart', 'Restart', { confirmed: true, release: false, again: true }],
  ])('%s, %s', async (scene, name, sent) => {
    const page = await show(scene);
    await page.getByRole('button', { name, exact: true }).click();
    expect(await sentBy(page)).toEqual([['app.quit', sent]]);
  });

  test.each(['Enter', 'Escape'])('%s stays', async (key) => {
    const page = await show('quit');
    expect(await focusedText(page)).toBe('Stay');
    await page.keyboard.press(key);
    await page.getByRole('heading', { name: 'Quit Sallyport?' }).first().waitFor({ state: 'detached' });
    expect(await sentBy(page)).toEqual([]);
  });
});

describe('the settings', () => {
  const changed = async (page: Page) => (await sentBy(page)).filter(([name]) => name !== 'native.list');

  test.each([
    ['Control+Shift+K', [['settings.change', { shortcut: 'Control+Shift+K' }]]],
    ['Control+C', []],
    ['k', []],
    ['Escape', []],
  ])('the shortcut’s field takes %s as it should', async (keys, sent) => {
    const page = await show('settings-recording');
    await page.keyboard.press(keys);
    await page.waitForTimeout(50);
    expect(await changed(page)).toEqual(sent);
  });

  test('the keys are recorded and not acted upon: pages do not change', async () => {
    const page = await show('settings-recording');
    await page.keyboard.press('Control+1');
    await page.getByText('belongs to the programs you work in').waitFor();
    expect(await page.getByRole('heading', { name: 'Settings', exact: true }).count()).toBe(1);
  });

  test('a favourite is taken away and put back where it stood', async () => {
    const page = await show('settings-kept');
    await page.getByRole('button', { name: 'Take orders-db' }).click();
    const undo = page.getByRole('button', { name: 'Undo' });
    await undo.waitFor();
    await expect.poll(() => focusedText(page)).toBe('Undo');
    await undo.press('Enter');
    await undo.waitFor({ state: 'detached' });
    expect(await changed(page)).toEqual([
      ['settings.change', { favourites: ['billing-app'] }],
      ['settings.change', { favourites: ['orders-db', 'billing-app'] }],
    ]);
  });

  test('a template is not renamed to what another one is called', async () => {
    const page = await show('settings-kept');
    await page.getByRole('button', { name: 'Rename Restart the invoice worker' }).click();
    const name = page.getByRole('textbox', { name: 'New name of Restart the invoice worker' });
    await name.fill('look up an ORDER');
    await name.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await changed(page)).toEqual([]);
    await name.press('Escape');
    await name.waitFor({ state: 'detached' });
  });

  test('a font is sent when it is a name, and when it is done', async () => {
    const page = await show('settings-terminal');
    const font = page.getByRole('combobox', { name: 'Font' });
    await font.fill('x"; color');
    await font.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await changed(page)).toEqual([]);
    await font.fill('  JetBrains   Mono ');
    await font.press('Enter');
    expect(await changed(page)).toEqual([['settings.change', { terminalFont: 'JetBrains Mono' }]]);
  });

  test('the ssh configuration is switched by its own command', async () => {
    const page = await show('settings-connecting');
    await page.getByText('Names for any ssh program').click();
    await page.getByRole('button', { name: 'Copy ssh billing-app.sallyport' }).click();
    expect(await changed(page)).toEqual([
      ['sshConfig.change', { enabled: false }],
      ['clipboard.write', { text: 'ssh billing-app.sallyport' }],
    ]);
  });

  test('do not disturb is turned off from where the footer leads', async () => {
    const page = await show('palette-nothing');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Do not disturb until 14:05' }).click();
    await page.getByRole('button', { name: 'Turn off do not disturb' }).click();
    expect(await changed(page)).toEqual([['settings.change', { doNotDisturbUntil: 0 }]]);
  });

  test('a page without a field has the focus as a whole, and Tab goes on inside it', async () => {
    const page = await show('access-targets');
    await page.keyboard.press('Control+3');
    await page.getByRole('heading', { name: 'Settings', exact: true }).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN');
    await page.keyboard.press('Tab');
    expect(await focusedText(page)).toBe('Change…');
  });
});
