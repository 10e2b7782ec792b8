import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Bridge } from '../../protocol/ipc/bridge.ts';
import { type Display, startDisplay } from '../../scripts/display.ts';
import {
  approve,
  ask,
  fillIn,
  goTo,
  grantOf,
  openFromNotification,
  revoke,
  shellPid,
  snapshotOf,
  terminalOf,
} from '../support/acts.ts';
import { Person } from '../support/person.ts';
import { processGone, processLives } from '../support/process-watch.ts';
import { filesWithSecrets } from '../support/secret-scan.ts';
import { type Stack, startStack } from '../support/stack.ts';

/** How late a session may be cut, ms. */
const CUT_MS = 250;
/** How long a revocation may take from the press of the button to the end of the shell, ms. */
const REVOKE_MS = 1_000;

let stack: Stack;
let displays: Display[];
let erin: Person;
let dana: Person;

beforeAll(async () => {
  // A screen for each: two apps on one would take the focus from each other.
  displays = [await startDisplay(), await startDisplay()];
  stack = await startStack();
  const [erins, danas] = displays as [Display, Display];
  const common = { executable: inject('executable'), backend: stack.backend.address };
  [erin, dana] = await Promise.all([
    Person.start('Erin Okafor', { ...common, display: erins.name }),
    Person.start('Dana Novak', { ...common, display: danas.name }),
  ]);
  await Promise.all([erin.signIn(), dana.signIn()]);
});

afterAll(async () => {
  await Promise.all([erin?.dispose(), dana?.dispose()]);
  await Promise.all([stack?.dispose(), ...(displays ?? []).map((display) => display.dispose())]);
});

/** From the form to a shell, as every session begins. */
async function shellFor(target: string, duration: string) {
  const from = dana.desktop.notifications.shown.length;
  const { request } = await ask(erin, { target, duration, reason: 'Look into an incident' });
  const notification = await openFromNotification(dana, erin, from);
  await approve(dana, erin);
  const terminal = await terminalOf(erin, request.id);
  await terminal.shows(/[#$%>]\s*$/);
  const pid = await shellPid(terminal);
  return { request, notification, terminal, pid, grant: await grantOf(erin, request.id) };
}

test('a request is a notification at the approver, and its approval a shell that is cut when the grant runs out', async () => {
  const { notification, terminal, pid, grant } = await shellFor('staging-web', '30s');
  expect(notification.title).toBe(`Erin Okafor asks for ${grant.login}@staging-web`);
  expect(notification.body).toBe('For 30 s: Look into an incident');

  await terminal.type('printf "%s-%s\\n" typed back');
  await terminal.shows(/typed-back/);
  const look = await filesWithSecrets([erin, dana].flatMap((person) => Object.values(person.app.folders)));
  expect(look).toEqual([]);

  const patience = grant.endsAt - Date.now() + 5_000;
  const [gone, ended] = await Promise.all([processGone(pid, patience), terminal.ended(patience)]);
  expect(ended.sentence).toMatch(/^Access ended \d\d:\d\d: its time is over\.$/);
  expect(Math.abs(gone - grant.endsAt)).toBeLessThan(CUT_MS);
  expect((await snapshotOf(erin)).grants.find((g) => g.grant.id === grant.id)?.key).toBe('destroyed');
  const again = await erin.desktop.notifications.first((n) => n.title.startsWith('Access ended'));
  expect(again.title).toBe(`Access ended: ${grant.login}@staging-web`);
});

test('a revoked grant ends the shell of somebody who works, and tells who did it and why', async () => {
  const { terminal, pid } = await shellFor('billing-app', '15m');
  await terminal.type('while sleep 0.1; do date; done');
  // They wait while the approver clicks, too.
  const gone = processGone(pid, 30_000);
  const ended = terminal.ended(30_000);
  const pressed = await revoke(dana, erin, 'Wrong server');
  expect((await gone) - pressed).toBeLessThan(REVOKE_MS);
  expect((await ended).sentence).toMatch(/revoked by Dana Novak \(Wrong server\)/);
});

test('a released grant ends its shell, and the terminal cannot be opened again', async () => {
  const { terminal, pid, grant } = await shellFor('staging-web', '15m');
  const page = await goTo(erin, 'Access');
  await page.getByRole('button', { name: /^Release/ }).click();
  await page.getByRole('button', { name: 'Release now' }).click();
  await processGone(pid, 5_000);
  await terminal.ended();
  const reopened = await page.evaluate(
    (grantId) => (window as unknown as { sallyport: Bridge }).sallyport.commands['terminal.open']({ grantId }),
    grant.id,
  );
  expect(reopened).toMatchObject({ ok: false, error: { code: 'grant-not-live' } });
});

test('a denied request opens nothing; the requester reads the reason', async () => {
  const from = { dana: dana.desktop.notifications.shown.length, erin: erin.desktop.notifications.shown.length };
  const { request } = await ask(erin, { target: 'billing-app', duration: '15m', reason: 'Curious' });
  await openFromNotification(dana, erin, from.dana);
  const page = await dana.app.window('popover');
  await page.getByRole('button', { name: 'Deny…' }).click();
  await page.getByRole('button', { name: 'Deny', exact: true }).click();
  await page.getByText('Say why; the other side sees it.').waitFor();
  await page.getByRole('textbox', { name: /^Why not\?/ }).fill('Use the dashboard');
  await page.getByRole('button', { name: 'Deny', exact: true }).click();
  const told = await erin.desktop.notifications.first((n) => n.title.startsWith('Denied'), { from: from.erin });
  expect(told.body).toBe('Dana Novak: Use the dashboard');
  const after = await snapshotOf(erin);
  expect(after.requests.find((r) => r.id === request.id)?.state).toBe('denied');
  expect(after.grants.filter((g) => g.grant.requestId === request.id)).toEqual([]);
});

test('one approval of two opens nothing', async () => {
  const from = dana.desktop.notifications.shown.length;
  const { request } = await ask(erin, { target: 'orders-db', duration: '15m', reason: 'Slow queries' });
  await openFromNotification(dana, erin, from);
  await approve(dana, erin);
  const page = await goTo(erin, 'Access');
  await page.getByText(/security 0 of 1/).waitFor();
  const { requests, grants } = await snapshotOf(erin);
  expect(requests.find((r) => r.id === request.id)?.state).toBe('pending');
  expect(grants.filter((g) => g.grant.requestId === request.id)).toEqual([]);
  await page.getByRole('button', { name: /^Cancel/ }).click();
  await expect
    .poll(async () => (await snapshotOf(erin)).requests.find((r) => r.id === request.id)?.state)
    .toBe('cancelled');
});

test('an approver gets no say in their own request', async () => {
  const { request } = await ask(dana, { target: 'staging-web', duration: '15m', reason: 'My own' });
  expect((await snapshotOf(dana)).inbox.map((r) => r.id)).not.toContain(request.id);
  const page = await dana.app.window('popover');
  const decide = (id: string) =>
    (window as unknown as { sallyport: Bridge }).sallyport.commands['requests.decide']({
      id,
      verdict: 'approve',
      revision: 1,
      reason: '',
    });
  expect(await page.evaluate(decide, request.id)).toMatchObject({ ok: false, error: { code: 'own-request' } });
  await page.getByRole('button', { name: /^Cancel/ }).click();
  await expect
    .poll(async () => (await snapshotOf(dana)).requests.find((r) => r.id === request.id)?.state)
    .toBe('cancelled');
});

test.each([
  ['longer than the role gives', { duration: '5h', reason: 'x' }, /The longest here is 4 h/],
  ['no length of time', { duration: 'soon', reason: 'x' }, /such as 30s/],
])('the form does not send %s, says why, and keeps what was written', async (_, wish, sentence) => {
  const before = (await snapshotOf(erin)).requests.length;
  const page = await fillIn(erin, { target: 'staging-web', ...wish });
  await page.getByRole('button', { name: 'Send request' }).click();
  await page.getByRole('alert').filter({ hasText: sentence }).waitFor();
  await goTo(erin, 'Requests');
  await goTo(erin, 'Access');
  await page.getByRole('option', { name: /^staging-web/ }).click();
  expect(await page.getByRole('textbox', { name: 'How long, exactly' }).inputValue()).toBe(wish.duration);
  await page.getByRole('textbox', { name: 'How long, exactly' }).fill('15m');
  await goTo(erin, 'Access');
  expect((await snapshotOf(erin)).requests).toHaveLength(before);
});

test('a backend that is killed and comes back loses neither the request nor the sign-in, and a live shell is not held up', async () => {
  const from = dana.desktop.notifications.shown.length;
  const { request } = await ask(erin, { target: 'staging-web', duration: '15m', reason: 'Before the power cut' });
  await dana.desktop.notifications.first((n) => n.title.startsWith('Erin Okafor asks'), { from });
  await stack.restart('kill');
  for (const person of [erin, dana]) {
    await expect.poll(async () => (await snapshotOf(person)).connection.state, { timeout: 30_000 }).toBe('online');
  }
  await goTo(dana, 'Inbox');
  await approve(dana, erin);
  const terminal = await terminalOf(erin, request.id);
  const pid = await shellPid(terminal);
  expect(processLives(pid)).toBe(true);
  expect((await grantOf(erin, request.id)).status.state).toBe('live');
  await revoke(dana, erin, 'Tidy up');
  await processGone(pid, 5_000);
});

test('a page has no Node, no network and no way to other pages', async () => {
  const page = await erin.app.window('popover');
  const found = await page.evaluate(async (address) => {
    const reached = await fetch(address).then(
      () => true,
      () => false,
    );
    const opened = window.open(address);
    return {
      node: typeof (globalThis as { require?: unknown }).require,
      process: typeof (globalThis as { process?: unknown }).process,
      reached,
      opened: opened !== null,
    };
  }, `${stack.backend.address}/healthz`);
  expect(found).toEqual({ node: 'undefined', process: 'undefined', reached: false, opened: false });
});

test.each<[string, unknown]>([
  ['no object', 'requests'],
  ['an unknown field', { id: 'req_aaaaaaaaaaaaaaaa', verdict: 'approve', revision: 1, reason: '', admin: true }],
  ['a malformed id', { id: '../etc/passwd', verdict: 'approve', revision: 1, reason: '' }],
  ['an unknown verdict', { id: 'req_aaaaaaaaaaaaaaaa', verdict: 'maybe', revision: 1, reason: '' }],
  ['a reason without end', { id: 'req_aaaaaaaaaaaaaaaa', verdict: 'deny', revision: 1, reason: 'x'.repeat(5_000) }],
])('main refuses a command with %s', async (_, input) => {
  const page = await erin.app.window('popover');
  const result = await page.evaluate(
    (sent) => (window as unknown as { sallyport: Bridge }).sallyport.commands['requests.decide'](sent as never),
    input,
  );
  expect(result).toMatchObject({ ok: false, error: { code: 'invalid-input' } });
});
