import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import type { Grant, GrantStatus } from '../../protocol/model/grant.ts';
import type { AccessRequest } from '../../protocol/model/request.ts';
import { shellPid, snapshotOf, terminalOf } from '../support/acts.ts';
import { signIn, type TestClient } from '../support/backend.ts';
import { approveBy, command } from '../support/command.ts';
import { linkClicks } from '../support/desktop/links.ts';
import type { Login1 } from '../support/desktop/login1.ts';
import { flatten, type MenuEntry, type TrayItem } from '../support/desktop/tray-item.ts';
import type { Person } from '../support/person.ts';
import { processGone, processLives } from '../support/process-watch.ts';
import { type Solo, startSolo } from '../support/solo.ts';
import type { Stack } from '../support/stack.ts';
import type { XScreen } from '../support/x-screen.ts';

/* A day with the app: what it shows in the tray, where links lead, what ends by itself, and how one leaves. */

/** The shortest access there is, seconds. */
const SHORTEST = 30;
/** The session of the desktop that Erin works in, as logind numbers it. */
const SESSION = '3';

let solo: Solo;
let stack: Stack;
let screen: XScreen;
let login1: Login1;
let erin: Person;
let tray: TrayItem;
/** Erin at the backend, whatever her app believes. */
let atBackend: TestClient;
let enzo: TestClient;
let dana: TestClient;
let sam: TestClient;
let login: string;

beforeAll(async () => {
  solo = await startSolo(inject('executable'), { XDG_SESSION_ID: SESSION });
  ({ screen, login1, stack, erin } = solo);
  const { address } = stack.backend;
  tray = await erin.desktop.tray.item();
  [atBackend, enzo, dana, sam] = (await Promise.all(
    ['erin', 'enzo', 'dana', 'sam'].map((who) => signIn(address, who)),
  )) as [TestClient, TestClient, TestClient, TestClient];
  const { access } = await atBackend.call('overview.show', {});
  login = access[0]?.options[0]?.logins[0] ?? '';
});

afterEach(async () => {
  if (erin.app.process.exitCode !== null) return;
  // What one test leaves behind would be in the next one's tray.
  const { grants, requests } = await atBackend.call('overview.show', {});
  const mine = grants.filter((g) => g.requester.id === atBackend.id && g.status.state !== 'ended' && !kept.has(g.id));
  for (const { id } of mine) await atBackend.call('grants.release', { params: { id } });
  for (const { id, requester, state } of requests) {
    if (state !== 'pending') continue;
    await (requester.id === atBackend.id ? atBackend : enzo).call('requests.cancel', { params: { id } });
  }
});

afterAll(() => solo?.dispose());

interface Wish {
  target: string;
  durationSeconds?: number;
  startsAt?: number;
  endsWithSession?: boolean;
}

/** Grants that outlive the test that made them. */
const kept = new Set<string>();

const askOf = ({ target, durationSeconds = 900, startsAt, endsWithSession = false }: Wish) => ({
  ...{ target, login, durationSeconds, reason: 'Look into an incident', ticket: '' },
  ...{ startsAt: startsAt ?? null, endsWithSession },
});

/** Access that Erin asks for in her app and others approve elsewhere; once her app knows that it has it. */
async function given(wish: Wish, approvers: readonly TestClient[] = [dana]): Promise<Grant> {
  const { id } = await command(erin, 'requests.create', { ask: askOf(wish), openTerminal: false });
  for (const approver of approvers) await approveBy(approver, { id, revision: 1 });
  const wanted = wish.startsAt === undefined ? 'live' : 'scheduled';
  return vi.waitFor(
    async () => {
      const held = (await snapshotOf(erin)).grants.find(({ grant }) => grant.requestId === id)?.grant;
      if (held?.status.state !== wanted) throw new Error(`The access is ${held?.status.state}, not ${wanted}.`);
      return held;
    },
    { interval: 20, timeout: 5_000 },
  );
}

/** A shell in the app's own terminal. */
async function shellIn(grant: Grant) {
  const { id } = await command(erin, 'terminal.open', { grantId: grant.id });
  await vi.waitFor(
    async () => expect((await snapshotOf(erin)).terminals.find((t) => t.id === id)?.status.state).toBe('open'),
    { interval: 20, timeout: 10_000 },
  );
  const terminal = await terminalOf(erin, grant.requestId);
  return { terminal, pid: await shellPid(terminal) };
}

/** What the backend says of a grant of Erin's. */
async function statusOf({ id }: Pick<Grant, 'id'>): Promise<GrantStatus | undefined> {
  const { grants } = await atBackend.call('overview.show', {});
  return grants.find((grant) => grant.id === id)?.status;
}

/** Everything that Erin has asked the backend for; what an act that "only leads somewhere" must not add to. */
async function sent(): Promise<string[]> {
  const { requests } = await atBackend.call('overview.show', {});
  return requests.filter(({ requester }) => requester.id === atBackend.id).map(({ id, state }) => `${id} ${state}`);
}

/** Enzo asks for something that Erin may approve. */
function enzoAsks(): Promise<AccessRequest> {
  return enzo.call('requests.create', { body: askOf({ target: 'staging-web' }) });
}

/** What became of all that Enzo has asked for, by anybody's word. */
async function enzosDecisions(): Promise<unknown[]> {
  const { requests } = await enzo.call('overview.show', {});
  return requests.filter(({ requester }) => requester.id === enzo.id).flatMap(({ decisions }) => decisions);
}

const labels = (menu: readonly MenuEntry[]): string[] => flatten(menu).map(({ label }) => label);
const tooltip = (fits: RegExp) => tray.lookThatFits((look) => fits.test(look.tooltip)).then((look) => look.tooltip);
const popover = (): Promise<Page> => erin.app.window('popover');
const notifications = () => erin.desktop.notifications;

async function form(page: Page): Promise<{ duration: string; reason: string }> {
  await page.getByRole('button', { name: 'Send request' }).waitFor();
  return {
    duration: await page.getByRole('textbox', { name: 'How long, exactly' }).inputValue(),
    reason: await page.getByRole('textbox', { name: 'Reason' }).inputValue(),
  };
}

const followLink = linkClicks(
  () => erin,
  () => solo.display.name,
);

describe('the tray', () => {
  const icons = new Map<string, string>();

  test('of an app where nobody is signed in says so, and offers no more than to sign in', async () => {
    const look = await tray.lookThatFits(({ tooltip }) => tooltip === 'Sallyport: signed out');
    icons.set('signed out', look.icon);
    const shown = labels(await tray.menu());
    expect(shown).toContain('Sign in…');
    expect(shown.filter((label) => /Sign out|Do not disturb|Connect|Release|Decide|Ask again/.test(label))).toEqual([]);
  });

  test('a link for a form waits for the sign-in, and fills the form in without sending it', async () => {
    await followLink('sallyport://new?target=staging-web&duration=20m&reason=From%20the%20runbook');
    await erin.signIn();
    const page = await popover();
    await page.getByText('A link filled this in. Nothing is sent before you press Send.').waitFor();
    expect(await form(page)).toEqual({ duration: '20m', reason: 'From the runbook' });
    expect(await sent()).toEqual([]);
  });

  test('says who is signed in, and has nothing to connect to or to release before there is access', async () => {
    const look = await tray.lookThatFits(({ tooltip }) => tooltip === 'Sallyport: signed in as Erin Okafor');
    icons.set('idle', look.icon);
    const shown = labels(await tray.menu());
    expect(shown).toContain('Sign out');
    expect(shown.filter((label) => /Sign in|Connect|Release|Extend|Decide|Ask again|terminals/.test(label))).toEqual(
      [],
    );
  });

  test('counts the requests that wait, and leads to them without deciding any', async () => {
    await enzoAsks();
    const one = await tray.lookThatFits(({ tooltip }) => tooltip.endsWith('1 request waits for you'));
    icons.set('waiting', one.icon);
    await enzoAsks();
    await tooltip(/2 requests wait for you$/);
    await tray.choose('Decide requests (2)');
    const page = await popover();
    await page.getByRole('heading', { name: 'Inbox', exact: true }).waitFor();
    expect(await enzosDecisions()).toEqual([]);
  });

  test('goes on counting while nothing may disturb, when no notification comes; afterwards one says what waits', async () => {
    const from = notifications().shown.length;
    await tray.choose(['Do not disturb', 'For 1 hour']);
    await tray.menuThatFits((shown) => shown.some((label) => /^Do not disturb until \d\d:\d\d$/.test(label)));
    await enzoAsks();
    await tooltip(/1 request waits for you$/);
    await enzoAsks();
    await tooltip(/2 requests wait for you$/);
    expect(notifications().shown.slice(from)).toEqual([]);
    await tray.choose('Disturb me again');
    await notifications().first(() => true, { from });
    const said = notifications().shown.slice(from);
    expect(said.map(({ title, body }) => [title, body])).toEqual([['2 requests wait for you', 'From Enzo Rossi.']]);
    const again = await enzoAsks();
    const told = await notifications().first((n) => n.title === `Enzo Rossi asks for ${login}@staging-web`, {
      from: from + 1,
    });
    expect(told.body).toContain(again.reason);
  });

  test('shows live access with the time left, and connects to it', async () => {
    const grant = await given({ target: 'staging-web' });
    const look = await tray.lookThatFits(({ tooltip }) => tooltip.includes('open'));
    expect(look.tooltip).toBe(`Sallyport: signed in as Erin Okafor, ${login}@staging-web open, 15 min left`);
    icons.set('live', look.icon);
    const entry = `${login}@staging-web, 15 min left`;
    const menu = await tray.menuThatFits((shown) => shown.includes(entry));
    expect(menu.find(({ label }) => label === entry)?.items.map(({ label }) => label)).toEqual([
      'Connect',
      'Extend…',
      'Release',
    ]);
    await tray.choose([entry, 'Connect']);
    const terminal = await terminalOf(erin, grant.requestId);
    expect(processLives(await shellPid(terminal))).toBe(true);
    await tray.menuThatFits((shown) => shown.includes('Show terminals'));
  });

  test('leads to the panel for more time, which asks for none by itself', async () => {
    const grant = await given({ target: 'staging-web' });
    const before = await sent();
    await tray.menuThatFits((shown) => shown.includes('Extend…'));
    await tray.choose('Extend…');
    const page = await popover();
    const panel = page.getByRole('form', { name: `Extend… ${login}@staging-web` });
    await panel.getByRole('button', { name: /^Ask for .* more$/ }).waitFor();
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    expect(await sent()).toEqual(before);
    expect(await statusOf(grant)).toEqual({ state: 'live' });
  });

  test('releases access: its shell ends, and the backend knows', async () => {
    const grant = await given({ target: 'staging-web' });
    const { pid, terminal } = await shellIn(grant);
    await tray.menuThatFits((shown) => shown.includes('Release'));
    await tray.choose('Release');
    await processGone(pid, 5_000);
    await terminal.ended();
    await expect.poll(() => statusOf(grant)).toMatchObject({ state: 'ended', reason: 'released' });
    await tray.menuThatFits((shown) => !shown.includes('Release'));
  });

  test('offers the last targets again, by a form filled in as before that is not sent', async () => {
    await given({ target: 'build-box', durationSeconds: 1_200 });
    // Not what one has: the menu offers that by itself.
    expect(labels(await tray.menu())).not.toContain(`Ask again for ${login}@build-box`);
    const { grants } = await snapshotOf(erin);
    const held = grants.find(({ grant }) => grant.target.name === 'build-box')?.grant;
    await command(erin, 'grants.release', { id: held?.id ?? '' } as { id: Grant['id'] });
    const before = await sent();
    await tray.menuThatFits((shown) => shown.includes(`Ask again for ${login}@build-box`));
    await tray.choose(`Ask again for ${login}@build-box`);
    expect(await form(await popover())).toEqual({ duration: '20m', reason: 'Look into an incident' });
    expect(await sent()).toEqual(before);
  });

  test('says when the backend is away and when it is back; what is open goes on meanwhile', async () => {
    const grant = await given({ target: 'staging-web' });
    await tooltip(/staging-web open/);
    stack.backend.program.child.kill('SIGKILL');
    const away = await tray.lookThatFits(({ tooltip }) => tooltip.includes('backend not reachable'));
    icons.set('away', away.icon);
    expect(away.tooltip).toMatch(/backend not reachable, .*@staging-web open, 15 min left$/);
    await stack.restart('kill');
    const back = await tray.lookThatFits(({ tooltip }) => !tooltip.includes('not reachable'), 30_000);
    expect(back.icon).toBe(icons.get('live'));
    expect(await statusOf(grant)).toEqual({ state: 'live' });
  });

  test('has an icon of its own for each of these', () => {
    expect([...icons.keys()]).toEqual(['signed out', 'idle', 'waiting', 'live', 'away']);
    expect(new Set(icons.values()).size).toBe(icons.size);
    expect([...icons.values()]).not.toContain('');
  });
});

describe('the locked screen', () => {
  afterEach(async () => {
    // Whatever became of the test: what is given behind a locked screen ends at once.
    await login1.unlock(SESSION);
    await erin.desktop.sayLocked(false);
  });

  test.each<[string, (locked: boolean) => Promise<void>]>([
    ['logind', (locked) => (locked ? login1.lock(SESSION) : login1.unlock(SESSION))],
    ['the screen saver', (locked) => erin.desktop.sayLocked(locked)],
  ])('as %s tells it ends the access whose role wants that, and no other', async (_, say) => {
    const ends = await given({ target: 'orders-db' }, [dana, sam]);
    const stays = await given({ target: 'staging-web' });
    const ending = await shellIn(ends);
    const staying = await shellIn(stays);
    const from = notifications().shown.length;
    await say(true);
    await processGone(ending.pid, 2_000);
    await expect.poll(() => statusOf(ends)).toMatchObject({ state: 'ended', reason: 'released' });
    expect(processLives(staying.pid)).toBe(true);
    expect(notifications().shown.slice(from)).toEqual([]);
    await say(false);
    const told = await notifications().first(() => true, { from });
    expect(told.title).toBe('Access ended while the screen was locked');
    expect(told.body).toBe(`${login}@orders-db. 1 session is still open.`);
    expect(await statusOf(stays)).toEqual({ state: 'live' });
  });

  test('of another session on the same computer ends nothing', async () => {
    const grant = await given({ target: 'orders-db' }, [dana, sam]);
    const { pid } = await shellIn(grant);
    await login1.lock('4');
    // By the time that it has been to the backend and back, the app has heard it.
    await given({ target: 'staging-web' });
    expect(processLives(pid)).toBe(true);
    expect(await statusOf(grant)).toEqual({ state: 'live' });
    expect(notifications().shown.filter(({ title }) => /locked|still open/.test(title))).toHaveLength(2);
  });
});

describe('access with an end or a beginning of its own', () => {
  test('that begins later is live by itself at its hour, with a word of it, and not before', async () => {
    const from = notifications().shown.length;
    const startsAt = Date.now() + 4_000;
    const grant = await given({ target: 'staging-web', startsAt });
    const early = await command(erin, 'grants.connect', { id: grant.id }).catch((error: Error) => error.message);
    expect(early).toMatch(/^grants\.connect: /);
    expect((await snapshotOf(erin)).terminals.filter(({ grantId }) => grantId === grant.id)).toEqual([]);
    const menu = labels(await tray.menu());
    expect(menu.find((label) => label.startsWith(`${login}@staging-web`))).toMatch(/ begins at \d\d:\d\d$/);
    expect(menu).not.toContain('Connect');
    const begun = await notifications().first((n) => n.title === `Access begins: ${login}@staging-web`, { from });
    expect(begun.at).toBeGreaterThanOrEqual(startsAt);
    expect(begun.at - startsAt).toBeLessThan(2_000);
    const { pid } = await shellIn(grant);
    expect(processLives(pid)).toBe(true);
  });

  test.each<[string, string, boolean, 'live' | 'ended']>([
    ['ends with it where that was asked for, without a gateway', 'build-box', true, 'ended'],
    ['ends with it where that was asked for, at the gateway', 'staging-web', true, 'ended'],
    ['outlives it where it was not', 'build-box', false, 'live'],
  ])('whose last shell exits %s', async (_, target, endsWithSession, after) => {
    const grant = await given({ target, endsWithSession });
    const first = await shellIn(grant);
    const last = await shellIn(grant);
    // The first of two is not the last.
    process.kill(first.pid, 'SIGHUP');
    await processGone(first.pid, 5_000);
    const open = async () =>
      (await snapshotOf(erin)).terminals.filter((t) => t.grantId === grant.id && t.status.state === 'open').length;
    await expect.poll(open).toBe(1);
    expect(await statusOf(grant)).toEqual({ state: 'live' });
    await last.terminal.type('exit');
    await processGone(last.pid, 5_000);
    await expect.poll(open).toBe(0);
    await expect.poll(async () => (await statusOf(grant))?.state).toBe(after);
    const held = (await snapshotOf(erin)).grants.find((g) => g.grant.id === grant.id);
    expect(held?.key === 'held').toBe(after === 'live');
  });
});

describe('what lives in the desktop', () => {
  test.each([
    ['without a key that is held', 'K', /needs Ctrl, Alt, Super or Command/],
    ['of nothing but held keys', 'Ctrl+Alt', /is one key, with others held down/],
    ['that no keyboard has', 'Ctrl+Alt+Nonsense', /is no key combination of this computer/],
  ])('refuses a shortcut %s, and says why', async (_, shortcut, sentence) => {
    await expect(command(erin, 'settings.change', { shortcut })).rejects.toThrow(sentence);
    expect((await snapshotOf(erin)).settings.shortcut).toBe('');
  });

  test('refuses a shortcut that another program has; once it is free, it shows the window from anywhere', async () => {
    const shortcut = 'Ctrl+Alt+K';
    const giveBack = await screen.take('k', ['Control', 'Alt']);
    await expect(command(erin, 'settings.change', { shortcut })).rejects.toThrow(
      /"Ctrl\+Alt\+K" belongs to another program/,
    );
    expect((await snapshotOf(erin)).settings.shortcut).toBe('');
    await giveBack();
    await command(erin, 'settings.change', { shortcut });
    await command(erin, 'window.hide', {});
    const visible = () =>
      erin.app.electron.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows().some((w) => w.webContents.getURL().endsWith('#popover') && w.isVisible()),
      );
    expect(await visible()).toBe(false);
    screen.press('k', ['Control', 'Alt']);
    await expect.poll(visible).toBe(true);
    await command(erin, 'settings.change', { shortcut: '' });
  });

  test('starts at login by a file in the autostart folder, and no longer when that is gone', async () => {
    const folder = join(erin.app.folders.home, '.config/autostart');
    const file = join(folder, 'sallyport.desktop');
    const entry = () => readFile(file, 'utf8').catch(() => 'none');
    expect(await entry()).toBe('none');
    await command(erin, 'settings.change', { startAtLogin: true });
    expect(await entry()).toMatch(/^\[Desktop Entry\]\n[\s\S]*^Exec=".*" "--hidden"$/m);
    await command(erin, 'settings.change', { startAtLogin: false });
    expect(await entry()).toBe('none');
    // A desktop that does not let us: the folder cannot be written to.
    await rm(folder, { recursive: true });
    await writeFile(folder, '');
    await expect(command(erin, 'settings.change', { startAtLogin: true })).rejects.toThrow(
      /does not let Sallyport change what starts at login/,
    );
    expect((await snapshotOf(erin)).settings.startAtLogin).toBe(false);
  });
});

describe('while access to a target that drains runs out', () => {
  let draining: { grant: Grant } & Awaited<ReturnType<typeof shellIn>>;
  let enzos: AccessRequest;
  let before: string[];

  beforeAll(async () => {
    const grant = await given({ target: 'reports-db', durationSeconds: SHORTEST });
    kept.add(grant.id);
    draining = { grant, ...(await shellIn(grant)) };
    before = await sent();
  });

  /** Nothing at the backend or on a target is any different for a link. */
  async function nothingDone(): Promise<void> {
    expect(await sent()).toEqual(before);
    const { terminals } = await snapshotOf(erin);
    const open = terminals.filter(({ status }) => status.state === 'open' || status.state === 'opening');
    expect(open.map(({ grantId }) => grantId)).toEqual([draining.grant.id]);
    expect(await enzosDecisions()).toEqual([]);
  }

  /** The popover on a page that no link leads to. */
  async function elsewhere(): Promise<Page> {
    await tray.choose('Settings');
    const page = await popover();
    await page.getByRole('heading', { name: 'Settings', exact: true }).waitFor();
    return page;
  }

  test.each<[string, () => string, (page: Page) => Promise<void>]>([
    [
      'a request of one’s own',
      () => `sallyport://request/${draining.grant.requestId}`,
      (page) => page.getByRole('heading', { name: 'Requests', exact: true }).waitFor(),
    ],
    [
      'somebody else’s request',
      () => `sallyport://request/${enzos.id}`,
      (page) => page.getByRole('heading', { name: 'Inbox', exact: true }).waitFor(),
    ],
    [
      'access that one has',
      () => `sallyport://connect/${draining.grant.id}`,
      (page) => page.getByRole('button', { name: `Release ${login}@reports-db` }).waitFor(),
    ],
    [
      'a form',
      () => 'sallyport://new?target=billing-app&duration=10m&reason=Disk+full',
      async (page) => expect(await form(page)).toEqual({ duration: '10m', reason: 'Disk full' }),
    ],
  ])('a link to %s leads there and does nothing', async (_, link, there) => {
    enzos = await enzoAsks();
    await tooltip(/1 request waits for you$/);
    const page = await elsewhere();
    await followLink(link());
    await there(page);
    await nothingDone();
  });

  test.each<[string, () => string]>([
    ['to an act', () => `sallyport://approve/${enzos.id}`],
    ['to a grant that is not there', () => 'sallyport://connect/gra_000000000000'],
    ['that goes on after the id', () => `sallyport://request/${draining.grant.requestId}/../approve`],
    ['with a field of its own', () => 'sallyport://new?target=billing-app&openTerminal=true'],
    ['to a target that is none', () => 'sallyport://new?target=../etc/passwd'],
  ])('a link %s leads nowhere, and says that it was not followed', async (_, link) => {
    const from = notifications().shown.length;
    const page = await elsewhere();
    await followLink(link());
    await notifications().first((n) => n.title === 'Sallyport did not follow a link', { from });
    expect(await page.getByRole('heading', { name: 'Settings', exact: true }).isVisible()).toBe(true);
    await nothingDone();
  });

  test('what is open at the end goes on, nothing new is opened, and a revocation cuts it at once', async () => {
    const { grant, pid, terminal } = draining;
    const cut = `${login}@reports-db, cut in 2 min`;
    const patience = grant.endsAt - Date.now() + 5_000;
    const menu = await tray.menuThatFits((shown) => shown.includes(cut), patience);
    expect(Math.abs(Date.now() - grant.endsAt)).toBeLessThan(2_000);
    expect(menu.find(({ label }) => label === cut)?.items.map(({ label }) => label)).toEqual(['Release']);
    await terminal.type('echo still $((40 + 2))');
    await terminal.shows(/still 42/);
    await expect(command(erin, 'terminal.open', { grantId: grant.id })).rejects.toThrow(/terminal\.open/);
    const revoked = Date.now();
    await dana.call('grants.revoke', { params: { id: grant.id }, body: { reason: 'Long enough' } });
    expect((await processGone(pid, 5_000)) - revoked).toBeLessThan(1_000);
    expect((await terminal.ended()).sentence).toMatch(/revoked by Dana Novak \(Long enough\)/);
    kept.delete(grant.id);
  });
});

// Last: the app is gone then.
describe('Quit while a session is open', () => {
  test('asks first, and leaves everything as it is for who stays', async () => {
    const grant = await given({ target: 'staging-web' });
    kept.add(grant.id);
    const { pid } = await shellIn(grant);
    await tray.choose('Quit');
    const page = await popover();
    await page.getByText('1 session is open on staging-web. Quitting cuts it.').waitFor();
    await page.getByRole('button', { name: 'Stay' }).click();
    await page.getByRole('heading', { name: 'Access', exact: true }).waitFor();
    expect(erin.app.process.exitCode).toBeNull();
    expect(processLives(pid)).toBe(true);
    expect(await statusOf(grant)).toEqual({ state: 'live' });
  });

  test('and release: the grant is over at the backend by the time that the app is gone', async () => {
    const [held] = (await snapshotOf(erin)).grants;
    const grant = held?.grant as Grant;
    const pid = await shellPid(await terminalOf(erin, grant.requestId));
    const ended = new Promise<number | null>((resolve) => erin.app.process.once('exit', resolve));
    await tray.choose('Quit');
    const page = await popover();
    // The page goes with the app, in the midst of the click.
    await page
      .getByRole('button', { name: 'Quit and release access' })
      .click()
      .catch(() => undefined);
    expect(await ended).toBe(0);
    expect(await statusOf(grant)).toMatchObject({ state: 'ended', reason: 'released' });
    await processGone(pid, 2_000);
  });
});
