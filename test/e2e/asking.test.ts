// Asking, deciding and standing in, by the pages, with an app for each person.

import type { Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { type Display, startDisplay } from '../../scripts/display.ts';
import {
  ask,
  fillIn,
  fillInForSeveral,
  goTo,
  grantOf,
  openFromNotification,
  openPopover,
  shellPid,
  snapshotOf,
  stateOf,
  terminalOf,
  waitingCards,
} from '../support/acts.ts';
import { command } from '../support/command.ts';
import { Person } from '../support/person.ts';
import { processLives } from '../support/process-watch.ts';
import { type Stack, startStack } from '../support/stack.ts';

let stack: Stack;
let displays: Display[];
let erin: Person;
let dana: Person;
let enzo: Person;

beforeAll(async () => {
  // A screen for each: two apps on one would take the focus from each other.
  displays = await Promise.all([startDisplay(), startDisplay(), startDisplay()]);
  stack = await startStack();
  const start = (name: string, at: number) => {
    const display = displays[at]?.name ?? '';
    return Person.start(name, { executable: inject('executable'), backend: stack.backend.address, display });
  };
  [erin, dana, enzo] = await Promise.all([start('Erin Okafor', 0), start('Dana Novak', 1), start('Enzo Rossi', 2)]);
  // Who may stand in for Dana is told when she signs in: those whom the backend knows by then.
  await Promise.all([erin.signIn(), enzo.signIn()]);
  await dana.signIn();
});

afterAll(async () => {
  await Promise.all([erin?.dispose(), dana?.dispose(), enzo?.dispose()]);
  await Promise.all([stack?.dispose(), ...(displays ?? []).map((display) => display.dispose())]);
});

/** Nothing of Erin's waits or lives on for the next test. */
afterEach(async () => {
  const { requests, grants } = await snapshotOf(erin);
  for (const { id } of requests.filter((r) => r.state === 'pending')) await command(erin, 'requests.cancel', { id });
  for (const { grant } of grants.filter((g) => g.grant.status.state !== 'ended'))
    await command(erin, 'grants.release', { id: grant.id });
  const waits = async () => (await snapshotOf(dana)).inbox.filter((r) => r.state === 'pending').length;
  await expect.poll(waits).toBe(0);
});

/** How many notifications each has seen: what comes from now on counts. */
const heard = () => ({
  erin: erin.desktop.notifications.shown.length,
  dana: dana.desktop.notifications.shown.length,
  enzo: enzo.desktop.notifications.shown.length,
});

/** Erin asks, and Dana's inbox opens at it. */
async function askedAndOpened(target: string, duration: string, reason: string, openTerminal = false) {
  const from = heard();
  const { request } = await ask(erin, { target, duration, reason, openTerminal });
  await openFromNotification(dana, erin, from.dana);
  const page = await openPopover(dana);
  const card = waitingCards(page, target);
  await card.waitFor();
  return { from, request, page, card };
}

/** The main process holds back what it tells the popover, as a slow computer does, until told to go on. */
async function holdNews(person: Person): Promise<() => Promise<void>> {
  await person.app.electron.evaluate(({ BrowserWindow }) => {
    const window = BrowserWindow.getAllWindows().find((w) => w.webContents.getURL().endsWith('#popover'));
    if (window === undefined) throw new Error('There is no popover.');
    const { webContents } = window;
    const held: Parameters<typeof webContents.send>[] = [];
    const send = webContents.send.bind(webContents);
    webContents.send = (...message) => {
      held.push(message);
    };
    (globalThis as { goOn?: () => void }).goOn = () => {
      webContents.send = send;
      for (const message of held) send(...message);
    };
  });
  return () => person.app.electron.evaluate(() => (globalThis as { goOn?: () => void }).goOn?.());
}

const openPalette = async (page: Page, query: string): Promise<void> => {
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'What do you want to do?' });
  await field.fill(query);
};

test('several targets asked in one go are one card, the approver trims it, and the requester is told of each', async () => {
  const from = heard();
  const form = await fillInForSeveral(erin, ['staging-web', 'billing-app'], { duration: '15m', reason: 'Deploy both' });
  await form.getByRole('button', { name: 'Send 2 requests' }).click();
  await form.getByRole('heading', { name: 'Access', exact: true }).waitFor();
  const sent = (await snapshotOf(erin)).requests.filter((r) => r.state === 'pending');
  expect(sent.map((r) => r.target.name).sort()).toEqual(['billing-app', 'staging-web']);

  const asked = await openFromNotification(dana, erin, from.dana);
  expect(asked.title).toBe('Erin Okafor asks for 2 targets');
  const inbox = await openPopover(dana);
  const card = waitingCards(inbox, 'Erin Okafor');
  await card.getByText('wants 15 min each on 2 targets').waitFor();
  expect(await card.count()).toBe(1);
  await expect.poll(() => card.getByText('Never had access there before').count()).toBe(2);
  await card.getByRole('checkbox', { name: /billing-app$/ }).uncheck();
  await card.getByRole('button', { name: 'Approve 1, deny 1…' }).click();
  await card.getByRole('button', { name: 'Approve 1, deny 1', exact: true }).click();
  await card.getByText('Say why; the other side sees it.').waitFor();
  expect(await Promise.all(sent.map((r) => stateOf(erin, r.id)))).toEqual(['pending', 'pending']);
  await card.getByRole('textbox', { name: /^Why not the other one/ }).fill('Not on a Friday');
  await card.getByRole('button', { name: 'Approve 1, deny 1', exact: true }).click();

  const { notifications } = erin.desktop;
  const yes = await notifications.first((n) => n.title.startsWith('Approved'), { from: from.erin });
  const no = await notifications.first((n) => n.title.startsWith('Denied'), { from: from.erin });
  expect(yes.title).toMatch(/@staging-web$/);
  expect(no).toMatchObject({
    title: expect.stringMatching(/@billing-app$/),
    body: expect.stringContaining('Dana Novak: Not on a Friday'),
  });
  const { grants } = await snapshotOf(erin);
  expect(grants.map((g) => g.grant.target.name)).toEqual(['staging-web']);
});

test('a click on a card that its requester has changed meanwhile approves nothing, and the change is said before the next', async () => {
  const { request, page, card } = await askedAndOpened('staging-web', '15m', 'Look at the logs');
  const goOn = await holdNews(dana);
  const mine = await goTo(erin, 'Access');
  await mine.getByRole('button', { name: /^Change… .*@staging-web$/ }).click();
  await mine.getByText('Approvers see what you change.').waitFor();
  await mine.getByRole('textbox', { name: 'How long, exactly' }).fill('2h');
  await mine.getByRole('button', { name: 'Change request' }).click();
  await expect.poll(async () => (await snapshotOf(erin)).requests.find((r) => r.id === request.id)?.revision).toBe(2);

  await card.getByRole('button', { name: 'Approve 15 min' }).click();
  await card.getByRole('alert').filter({ hasText: 'This request was changed; look at it again' }).waitFor();
  expect(await stateOf(erin, request.id)).toBe('pending');
  expect((await snapshotOf(erin)).grants.filter((g) => g.grant.requestId === request.id)).toEqual([]);

  await goOn();
  await card.getByText('Changed since you looked: 15 min → 2 h.').waitFor();
  expect(await page.getByRole('button', { name: 'Approve 15 min' }).count()).toBe(0);
  await card.getByRole('button', { name: 'Approve 2 h' }).click();
  await expect.poll(() => stateOf(erin, request.id)).toBe('approved');
  const grant = await grantOf(erin, request.id);
  expect(grant.endsAt - grant.startsAt).toBe(2 * 3600_000);
});

test('an approver may give less time, and no more than was asked', async () => {
  const { request, card } = await askedAndOpened('staging-web', '30m', 'Try the new build');
  await card.getByRole('button', { name: 'Less time…' }).click();
  const field = card.getByRole('textbox', { name: /exactly$/ });
  await field.fill('2h');
  await card.getByText('The longest here is 30 min.').waitFor();
  expect(await card.locator('button[type="submit"]').isDisabled()).toBe(true);
  await field.fill('5m');
  await card.getByRole('button', { name: 'Approve 5 min' }).click();
  await expect.poll(() => stateOf(erin, request.id)).toBe('approved');
  const grant = await grantOf(erin, request.id);
  expect(grant.endsAt - grant.startsAt).toBe(5 * 60_000);
});

test('access asked for later is shown as scheduled, and opens nothing before its time', async () => {
  const from = heard();
  const form = await fillIn(erin, { target: 'reports-db', duration: '1h', reason: 'Month end', openTerminal: false });
  await form.getByText('Later', { exact: true }).click();
  await form.getByLabel('Begins at').fill('2020-01-01T09:00');
  await form.getByText(/^That time has passed/).waitFor();
  await form.getByRole('button', { name: /^tomorrow 09:00$/ }).click();
  await form.getByRole('button', { name: 'Send request' }).click();
  await form.getByText(/begins tomorrow 09:00/).waitFor();
  await openFromNotification(dana, erin, from.dana);
  const card = waitingCards(await openPopover(dana), 'reports-db');
  await card.getByText('tomorrow 09:00').waitFor();
  await card.getByRole('button', { name: 'Approve 1 h' }).click();

  const mine = await goTo(erin, 'Access');
  await mine.getByText('Starts tomorrow 09:00').waitFor();
  expect(await mine.getByRole('button', { name: /^Connect to/ }).count()).toBe(0);
  const scheduled = (await snapshotOf(erin)).grants.find((g) => g.grant.target.name === 'reports-db');
  expect(scheduled).toMatchObject({ key: 'none', grant: { status: { state: 'scheduled' } } });
  const id = scheduled?.grant.id ?? '';
  await expect(command(erin, 'terminal.open', { grantId: id })).rejects.toThrow();
});

test('what is kept under a name fills the form in again, and no two have the same name', async () => {
  const form = await fillIn(erin, { target: 'billing-app', duration: '25m', reason: 'Restart the invoice worker' });
  const save = async (name: string) => {
    await form.getByRole('button', { name: 'Save as template…' }).click();
    await form.getByRole('textbox', { name: 'Name of the template' }).fill(name);
    await form.keyboard.press('Enter');
  };
  await save('Invoices');
  await form.getByText('Saved as “Invoices”.').waitFor();
  await save('invoices');
  await form.getByText('There is a template with that name.').waitFor();
  await form.keyboard.press('Escape');
  await form.getByRole('textbox', { name: 'Reason' }).fill('something else');
  const mine = await goTo(erin, 'Access');
  await mine.getByRole('button', { name: /^Invoices/ }).click();
  const reason = mine.getByRole('textbox', { name: 'Reason' });
  await expect.poll(() => reason.inputValue()).toBe('Restart the invoice worker');
  expect((await snapshotOf(erin)).requests.filter((r) => r.state === 'pending')).toEqual([]);
  await mine.getByRole('button', { name: 'Send request' }).click();
  await mine.getByRole('heading', { name: 'Access', exact: true }).waitFor();
  expect((await snapshotOf(erin)).requests.find((r) => r.state === 'pending')).toMatchObject({
    target: { name: 'billing-app' },
    durationSeconds: 25 * 60,
    reason: 'Restart the invoice worker',
  });
});

test('more time is asked for in the terminal, approved in the inbox, and the shell lives on to the new end', async () => {
  const { request, card, page } = await askedAndOpened('staging-web', '5m', 'Watch the rollout', true);
  await card.getByRole('button', { name: 'Approve 5 min' }).click();
  const terminal = await terminalOf(erin, request.id);
  const pid = await shellPid(terminal);
  const before = await grantOf(erin, request.id);
  const bar = terminal.page.getByRole('contentinfo');

  const from = heard();
  await bar.getByRole('button', { name: 'Extend…' }).click();
  const form = terminal.page.getByRole('form', { name: /^More time on/ });
  await form.getByRole('textbox', { name: 'How much longer, exactly' }).fill('9h');
  await form.getByText(/^The longest here is/).waitFor();
  await form.getByRole('button', { name: 'Ask for more time' }).click();
  expect((await snapshotOf(erin)).requests.filter((r) => r.state === 'pending')).toEqual([]);
  await form.getByRole('textbox', { name: 'How much longer, exactly' }).fill('10m');
  await form.getByRole('textbox', { name: /^Why/ }).fill('It takes longer');
  await form.getByRole('button', { name: 'Ask for more time' }).click();
  await bar.getByText(/^More time waits for/).waitFor();
  expect((await grantOf(erin, request.id)).endsAt).toBe(before.endsAt);

  const asked = await openFromNotification(dana, erin, from.dana);
  expect(asked.title).toMatch(/^Erin Okafor asks for 10 min more on .*@staging-web$/);
  await card.getByText(/^wants 10 min more as/).waitFor();
  await card.getByRole('button', { name: 'Approve 10 min more' }).click();
  await bar.getByText(/^Extended: access until \d\d:\d\d$/).waitFor();
  expect((await grantOf(erin, request.id)).endsAt).toBe(before.endsAt + 10 * 60_000);
  await page.getByText('+10 min').waitFor();
  expect(processLives(pid)).toBe(true);
  await terminal.type('echo "still $$ here"');
  await terminal.shows(new RegExp(`still ${pid} here`));
});

test('somebody who stands in decides in the place of who is away, until it is taken back', async () => {
  const { inbox } = await snapshotOf(enzo);
  expect(inbox.map((r) => r.target.name)).not.toContain('billing-app');
  const page = await goTo(dana, 'Inbox');
  await page.getByRole('button', { name: 'I’m away…' }).click();
  const who = page.getByRole('combobox', { name: 'Who decides in your place' });
  const options = await who.getByRole('option').allTextContents();
  expect(options.some((name) => name.startsWith('Dana'))).toBe(false);
  await who.selectOption({ label: options.find((name) => name.startsWith('Enzo')) ?? '' });
  await page.getByRole('button', { name: 'tomorrow 18:00' }).click();
  await page.getByRole('button', { name: 'Hand over' }).click();
  await page.getByText('Enzo Rossi decides in your place until tomorrow 18:00.').waitFor();

  const from = heard();
  const { request } = await ask(erin, {
    ...{ target: 'billing-app', duration: '15m', reason: 'Invoices are late', openTerminal: false },
  });
  const told = await openFromNotification(enzo, erin, from.enzo);
  expect(told.body).toMatch(/^In place of Dana Novak\. /);
  const his = await openPopover(enzo);
  await his.getByText('You stand in for Dana Novak until tomorrow 18:00.').waitFor();
  const card = waitingCards(his, 'billing-app');
  await card.getByText('You decide this in the place of Dana Novak.').waitFor();
  await card.getByRole('button', { name: 'Approve 15 min' }).click();
  await expect.poll(() => stateOf(erin, request.id)).toBe('approved');
  const [decision] = (await snapshotOf(erin)).requests.find((r) => r.id === request.id)?.decisions ?? [];
  expect(decision).toMatchObject({ approver: { name: 'Enzo Rossi' }, onBehalfOf: { name: 'Dana Novak' } });
  await command(erin, 'grants.release', { id: (await grantOf(erin, request.id)).id });

  const next = await ask(erin, { target: 'billing-app', duration: '15m', reason: 'Once more', openTerminal: false });
  await card.getByText('Once more').waitFor();
  await goTo(dana, 'Inbox');
  await page.getByRole('button', { name: 'Take back' }).click();
  await page.getByText('Nobody takes your place as an approver.').waitFor();
  await card.waitFor({ state: 'detached' });
  const { id } = next.request;
  await expect(command(enzo, 'requests.decide', { id, verdict: 'approve', revision: 1, reason: '' })).rejects.toThrow();
  expect(await stateOf(erin, id)).toBe('pending');
  await waitingCards(page, 'billing-app').waitFor();
});

test('the card tells how well the requester is known on the target, and what was said before', async () => {
  const { card } = await askedAndOpened('staging-web', '15m', 'Again');
  await card.getByText(/^\d+ access(es)? in 30 days, last \d\d:\d\d$/).waitFor();
  await card.getByRole('button', { name: /^\d+ earlier requests?$/ }).click();
  await card
    .getByText(/: approved, .*, Dana Novak$/)
    .first()
    .waitFor();
  await card.getByRole('button', { name: 'Deny…' }).click();
  await card.getByRole('textbox', { name: /^Why not\?/ }).fill('Enough for today');
  await card.getByRole('button', { name: 'Deny', exact: true }).click();
  const next = await askedAndOpened('staging-web', '15m', 'Please');
  await next.card.getByRole('button', { name: /^\d+ earlier requests?$/ }).click();
  await next.card.getByText(/: denied, 15 min, Dana Novak$/).waitFor();
});

test('the command palette asks and connects by a few letters', async () => {
  const page = await goTo(erin, 'Requests');
  await openPalette(page, 'zzzz');
  await page.getByRole('status').filter({ hasText: 'Nothing is called “zzzz”.' }).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await openPalette(page, 'ask staging');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Ask for access to staging-web' }).waitFor();
  expect((await snapshotOf(erin)).requests.filter((r) => r.state === 'pending')).toEqual([]);
  await goTo(erin, 'Access');
  await openPalette(page, 'connect staging');
  expect(await page.getByRole('option', { name: /^Connect to/ }).count()).toBe(0);
  await page.keyboard.press('Escape');

  const { request, card } = await askedAndOpened('staging-web', '5m', 'By keyboard');
  await card.getByRole('button', { name: 'Approve 5 min' }).click();
  await expect.poll(() => stateOf(erin, request.id)).toBe('approved');
  await openPopover(erin);
  await openPalette(page, 'connect staging');
  await page.getByRole('option', { name: /^Connect to .*@staging-web/, selected: true }).waitFor();
  await page.keyboard.press('Enter');
  await shellPid(await terminalOf(erin, request.id));
});

test('a request is asked again as it was, from the list of my requests', async () => {
  const { request } = await ask(erin, { target: 'billing-app', duration: '20m', reason: 'Twice', openTerminal: false });
  const page = await goTo(erin, 'Requests');
  const row = page.locator(`[data-row="${request.id}"]`);
  if ((await row.getAttribute('aria-expanded')) !== 'true') await row.click();
  await page.getByRole('button', { name: 'Cancel request' }).click();
  await expect.poll(() => stateOf(erin, request.id)).toBe('cancelled');
  await page.getByRole('button', { name: 'Ask again' }).click();
  await page.getByRole('heading', { name: 'Ask for access to billing-app' }).waitFor();
  expect(await page.getByRole('textbox', { name: 'How long, exactly' }).inputValue()).toBe('20m');
  expect(await page.getByRole('textbox', { name: 'Reason' }).inputValue()).toBe('Twice');
  await page.getByRole('button', { name: 'Send request' }).click();
  await page.getByRole('heading', { name: 'Access', exact: true }).waitFor();
  const pending = (await snapshotOf(erin)).requests.filter((r) => r.state === 'pending');
  expect(pending).toMatchObject([{ target: { name: 'billing-app' }, durationSeconds: 1200, reason: 'Twice' }]);
  expect(pending[0]?.id).not.toBe(request.id);
});
