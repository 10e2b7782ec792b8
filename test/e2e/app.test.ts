import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ROOT } from '../../scripts/folders.ts';
import { Person } from '../support/person.ts';
import { type Stack, startStack } from '../support/stack.ts';

let stack: Stack;
let erin: Person;

beforeAll(async () => {
  stack = await startStack();
  const { address } = stack.backend;
  erin = await Person.start('Erin Okafor', {
    executable: inject('executable'),
    display: inject('display'),
    backend: address,
  });
});

afterAll(async () => {
  await erin?.dispose();
  await stack?.dispose();
});

test('the app is in the tray before anybody has signed in', async () => {
  const item = await erin.desktop.tray.item();
  const menu = await item.menuThatFits((labels) => labels.includes('Sign in…'));
  expect(menu.map(({ label }) => label)).toContain('Quit');
});

test('signing in goes through the browser and shows in the window and in the tray', async () => {
  await erin.signIn();
  const item = await erin.desktop.tray.item();
  const { tooltip } = await item.lookThatFits((look) => look.tooltip.includes('Erin Okafor'));
  expect(tooltip).toBe('Sallyport: signed in as Erin Okafor');
  expect(erin.browser.opened.all).toHaveLength(1);
});

test('a tray that starts after the app still gets its icon', async () => {
  const { tray } = erin.desktop;
  const before = tray.count;
  await tray.stop();
  await tray.start();
  const item = await tray.item(before);
  expect((await item.look()).tooltip).toContain('Erin Okafor');
});

test('a second start shows the first and ends', async () => {
  const second = erin.startAgain();
  await expect(second).rejects.toThrow();
  expect(erin.app.process.exitCode).toBeNull();
});

test('an app that cannot start says why and ends, instead of running on unseen', async () => {
  const profile = join(erin.folder, 'another-profile');
  const args = ['--no-sandbox', `--user-data-dir=${profile}`, ROOT, '--backend=http://not-loopback.test'];
  const env = { ...process.env, ...erin.desktop.env, DISPLAY: inject('display') };
  const start = promisify(execFile)(inject('executable'), args, { env, timeout: 20_000 });
  await expect(start).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Sallyport cannot start: Type it with https://'),
  });
});

test('Quit in the tray ends the app', async () => {
  const child = erin.app.process;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const item = await erin.desktop.tray.item(erin.desktop.tray.count - 1);
  await item.choose('Quit');
  expect(await ended).toBe(0);
});

test('a signal ends an app in which nothing is open, at once', async () => {
  await erin.startAgain();
  const child = erin.app.process;
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
  child.kill('SIGTERM');
  expect(
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 10_000, 'still there').unref())]),
  ).toBe(0);
});
