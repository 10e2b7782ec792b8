// The interface as somebody without a mouse uses it, and as axe reads it, in the real app.

import type { Page } from '@playwright/test';
import axe, { type AxeResults } from 'axe-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { goTo, openFromNotification, openPopover, snapshotOf, terminalOf } from '../support/acts.ts';
import { Person } from '../support/person.ts';
import { type Stack, startStack } from '../support/stack.ts';

let stack: Stack;
let erin: Person;
let dana: Person;

beforeAll(async () => {
  stack = await startStack();
  const options = { executable: inject('executable'), display: inject('display'), backend: stack.backend.address };
  [erin, dana] = await Promise.all([Person.start('Erin Okafor', options), Person.start('Dana Novak', options)]);
});

afterAll(async () => {
  await Promise.all([erin?.dispose(), dana?.dispose()]);
  await stack?.dispose();
});

/** What axe holds to be wrong on a page, in both colour schemes. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    // Without motion: colours half-way from one scheme to the other are nobody's.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as AxeResults;
    for (const { id, nodes } of violations) found.push(`${colorScheme} ${id}: ${nodes.map((n) => n.html).join('\n')}`);
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  return found;
}

const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');

describe('before sign-in', () => {
  test('axe finds nothing, and Enter signs in', async () => {
    const page = await openPopover(erin);
    await page.getByRole('button', { name: 'Sign in with your browser' }).focus();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByText('Finish in your browser').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Sign in with your browser' }).waitFor();
  });
});

describe('by keyboard alone', () => {
  beforeAll(async () => {
    await erin.signIn();
    await dana.signIn();
  });

  test('a request is asked for and taken back', async () => {
    const page = await goTo(erin, 'Access');
    await page.keyboard.type('billing');
    await expect.poll(() => page.getByRole('option').count()).toBe(1);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Ask for access to billing-app' }).waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByText('The role production wants a reason.').waitFor();
    await page.keyboard.type('Restart the invoice worker');
    await page.keyboard.press('Control+Enter');
    const cancel = page.getByRole('button', { name: /^Cancel .*@billing-app$/ });
    await cancel.waitFor();
    await cancel.focus();
    await page.keyboard.press('Enter');
    await cancel.waitFor({ state: 'detached' });
    expect((await snapshotOf(erin)).requests.map((r) => r.state)).toEqual(['cancelled']);
  });

  test('a form that is left keeps what was written', async () => {
    const page = await goTo(erin, 'Access');
    await page.keyboard.type('staging');
    await page.keyboard.press('Enter');
    const reason = page.getByRole('textbox', { name: 'Reason' });
    await reason.fill('half a sentence');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+2');
    await page.getByRole('heading', { name: 'Requests', exact: true }).waitFor();
    await page.keyboard.press('Control+1');
    await page.keyboard.type('staging');
    await page.keyboard.press('Enter');
    expect(await reason.inputValue()).toBe('half a sentence');
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
  });

  test('Esc hides the window from a page that has nothing to leave', async () => {
    const page = await goTo(erin, 'Requests');
    await page.keyboard.press('Escape');
    const visible = () =>
      erin.app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().some((w) => w.isVisible()));
    await expect.poll(visible).toBe(false);
  });

  test('a request is approved for less by A and Enter, worked with, and its terminal told apart', async () => {
    const before = dana.desktop.notifications.shown.length;
    const page = await goTo(erin, 'Access');
    await page.keyboard.type('billing');
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Reason' }).fill('Restart the invoice worker');
    await page.keyboard.press('Control+Enter');
    await openFromNotification(dana, erin, before);
    const inbox = await openPopover(dana);
    await inbox.getByRole('button', { name: 'Approve 1 h' }).waitFor();
    expect(await violations(inbox)).toEqual([]);
    await inbox.keyboard.press('a');
    await inbox.getByRole('textbox', { name: /exactly$/ }).fill('2m');
    expect(await violations(inbox)).toEqual([]);
    await inbox.keyboard.press('Enter');
    const terminal = await terminalOf(erin, (await snapshotOf(erin)).requests[0]?.id ?? '');
    await terminal.prompt();
    expect((await snapshotOf(erin)).grants[0]?.grant).toMatchObject({ login: expect.any(String) });
    await terminal.page.getByText('This terminal is cut then.').waitFor();
    expect(await violations(terminal.page)).toEqual([]);
    await terminal.page.keyboard.press('Control+Shift+T');
    await expect.poll(() => terminal.page.locator('[data-tab]').count()).toBe(2);
    await terminal.prompt();
    await terminal.page.keyboard.press('Control+F6');
    await terminal.page.keyboard.press('Tab');
    expect(await focused(terminal.page)).toMatch(/^Close /);
    await terminal.page.keyboard.press('Control+Shift+W');
    await expect.poll(() => terminal.page.locator('[data-tab]').count()).toBe(1);
  });

  test.each(['Access', 'Requests', 'Inbox', 'Settings'] as const)('axe finds nothing on %s', async (tab) => {
    for (const person of [erin, dana]) expect(await violations(await goTo(person, tab))).toEqual([]);
  });
});
