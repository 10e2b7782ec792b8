import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import type { Grant } from '../../protocol/model/grant.ts';
import { shellPid, snapshotOf, terminalOf } from '../support/acts.ts';
import { signIn, type TestClient } from '../support/backend.ts';
import { approveBy, command, quickGrant } from '../support/command.ts';
import type { Login1 } from '../support/desktop/login1.ts';
import type { Person } from '../support/person.ts';
import { processGone, processLives } from '../support/process-watch.ts';
import { type Solo, startSolo } from '../support/solo.ts';
import type { Stack } from '../support/stack.ts';
import type { XScreen } from '../support/x-screen.ts';

/** How late a session may be cut, ms. */
const CUT_MS = 250;
/** The app's timers look at stepped clocks this often, ms; on top of what a cut may take. */
const LOOK_MS = 1_000;
/** The shortest access there is, seconds. */
const SHORTEST = 30;
/** Reached without a gateway: whatever is cut there, this app alone has cut. */
const DIRECT = 'build-box';

let solo: Solo;
let stack: Stack;
let screen: XScreen;
let login1: Login1;
let erin: Person;
let dana: TestClient;

beforeAll(async () => {
  solo = await startSolo(inject('executable'));
  ({ screen, login1, stack, erin } = solo);
  await erin.signIn();
  dana = await signIn(stack.backend.address, 'dana');
});

afterEach(() => {
  // Whatever became of the test: a stopped app would hold up everything after it.
  erin.app.process.kill('SIGCONT');
});

afterAll(() => solo?.dispose());

/** A shell on a target; what runs in it runs on this machine. */
async function shellOn(target: string, durationSeconds = SHORTEST) {
  const grant = await quickGrant(erin, dana, { target, durationSeconds });
  await command(erin, 'terminal.open', { grantId: grant.id });
  const terminal = await terminalOf(erin, grant.requestId);
  const pid = await shellPid(terminal);
  return { grant, terminal, pid };
}

/** Steps the wall clock of the app's main process, as somebody does who sets the computer's clock. @param ms ahead of now */
async function setAppClock(ms: number): Promise<void> {
  await erin.app.electron.evaluate((_electron, step) => {
    const holder = globalThis as { unstepped?: () => number };
    holder.unstepped ??= Date.now;
    const { unstepped } = holder;
    Date.now = () => unstepped() + step;
  }, ms);
}

const left = (grant: Grant): number => grant.endsAt - Date.now();

test('more time, approved while vim runs, leaves vim and every byte of it alone; the session is cut at the new end', async () => {
  const { grant, terminal, pid } = await shellOn('staging-web');
  const file = join(erin.folder, 'notes.txt');
  await terminal.type(`vim -u NONE -N ${file}`);
  await terminal.shows(/notes\.txt/);
  await terminal.page.keyboard.type('ifirst half, ');
  const more = await command(erin, 'grants.extend', {
    id: grant.id,
    durationSeconds: SHORTEST,
    reason: 'Not done yet',
    ticket: '',
  });
  await approveBy(dana, { id: more.id, revision: 1 });
  await expect
    .poll(async () => (await snapshotOf(erin)).grants.find((g) => g.grant.id === grant.id)?.grant.endsAt)
    .toBe(grant.endsAt + SHORTEST * 1_000);
  await expect.poll(() => left(grant), { timeout: SHORTEST * 1_000 + 2_000 }).toBeLessThan(-1_000);
  expect(processLives(pid)).toBe(true);
  await terminal.page.keyboard.type('second half');
  await terminal.page.keyboard.press('Escape');
  await terminal.type(':wq');
  await terminal.prompt();
  expect(await readFile(file, 'utf8')).toBe('first half, second half\n');
  const newEnd = grant.endsAt + SHORTEST * 1_000;
  const gone = await processGone(pid, newEnd - Date.now() + 5_000);
  expect(Math.abs(gone - newEnd)).toBeLessThan(CUT_MS);
  expect((await terminal.ended()).sentence).toMatch(/its time is over/);
});

test('a wall clock set back by an hour, a crashed page and a backend that is away give no time away, without a gateway', async () => {
  const { grant, pid } = await shellOn(DIRECT);
  const from = erin.desktop.notifications.shown.length;
  await setAppClock(-3_600_000);
  await erin.app.electron.evaluate(({ BrowserWindow }) => {
    for (const window of BrowserWindow.getAllWindows()) {
      if (window.webContents.getURL().endsWith('#terminal')) window.webContents.forcefullyCrashRenderer();
    }
  });
  stack.backend.program.child.kill('SIGSTOP');
  try {
    const gone = await processGone(pid, left(grant) + 10_000);
    expect(gone - grant.endsAt).toBeLessThan(LOOK_MS + CUT_MS);
    const told = await erin.desktop.notifications.first((n) => n.title.startsWith('Access ended'), { from });
    expect(told.body).toMatch(/its time is over/);
  } finally {
    stack.backend.program.child.kill('SIGCONT');
    await setAppClock(0);
  }
});

test('a wall clock set forward past the deadline cuts at once', async () => {
  const { grant, pid, terminal } = await shellOn(DIRECT, 900);
  const stepped = Date.now();
  await setAppClock(left(grant) + 60_000);
  try {
    expect((await processGone(pid, 10_000)) - stepped).toBeLessThan(LOOK_MS + CUT_MS);
    expect((await terminal.ended()).sentence).toMatch(/its time is over/);
  } finally {
    await setAppClock(0);
  }
});

// Last: a suspend takes Chromium's network away, and with it the line by which tests see the app's pages.
test('while the app sleeps the gateway cuts on time; without a gateway the app cuts before anything passes when it wakes', async () => {
  const gateway = await shellOn('staging-web');
  const { grant, terminal, pid } = await shellOn(DIRECT);
  const from = erin.desktop.notifications.shown.length;
  const heard = join(erin.folder, 'heard');
  await terminal.type(`while read -r line; do echo "$line" >> ${heard}; done`);
  await terminal.type('before');
  await expect.poll(() => readFile(heard, 'utf8').catch(() => ''), { timeout: 20_000 }).toBe('before\n');
  screen.focus(await screen.window(new RegExp(`^${grant.login}@${DIRECT}`)));
  login1.suspend();
  erin.app.process.kill('SIGSTOP');
  const cutByGateway = processGone(gateway.pid, left(gateway.grant) + 5_000);
  // Typed into the sleeping app: the display keeps the keys for it until it wakes.
  await screen.type('after');
  expect(Math.abs((await cutByGateway) - gateway.grant.endsAt)).toBeLessThan(CUT_MS);
  await expect.poll(() => left(grant), { timeout: SHORTEST * 1_000 + 5_000 }).toBeLessThan(-2_000);
  const woken = Date.now();
  erin.app.process.kill('SIGCONT');
  login1.resume();
  expect((await processGone(pid, 5_000)) - woken).toBeLessThan(LOOK_MS + CUT_MS);
  expect(await readFile(heard, 'utf8')).toBe('before\n');
  const told = await erin.desktop.notifications.first((n) => n.title.startsWith('Access ended'), { from });
  expect(told.body).toMatch(/its time is over/);
});
