import { existsSync } from 'node:fs';
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { packages } from '../packages.ts';
import { describeAsRoot } from './as-root.ts';
import { aptGetMust, EXECUTABLE, installDeb, PACKAGE } from './debian.ts';
import { Machine } from './machine.ts';
import { UserDesktop } from './user-desktop.ts';

const JOIN = 'sallyport://join?org=sallyport.example.com';
/** What opens a link on a desktop: the freedesktop script, and GLib as GNOME's programs use it. */
const OPENERS: [string, (link: string) => readonly string[]][] = [
  ['xdg-open', (link) => [link]],
  ['gio', (link) => ['open', link]],
];

describeAsRoot('The desktop of an ordinary user', () => {
  let machine: Machine;
  let desktop: UserDesktop;
  let entry: string;

  beforeAll(async () => {
    machine = await Machine.take();
    entry = join(machine.user.home, '.config/autostart/sallyport.desktop');
    await installDeb(packages.deb);
    desktop = await UserDesktop.start(machine.user);
  });
  afterEach(async () => {
    await desktop?.endAll();
    await machine?.enforce(undefined);
  });
  afterAll(async () => {
    await desktop?.dispose();
    await machine?.giveBack();
  });

  describe.each(OPENERS)('with a link that %s opens', (opener, args) => {
    test('starts the app, which shows what the link asks', async () => {
      await desktop.appears(() => desktop.launch(opener, args(JOIN)));
      await desktop.screen.window(/^Sallyport$/);
      expect(desktop.mains(EXECUTABLE)).toHaveLength(1);
    });

    test('reaches the app that runs already', async () => {
      await desktop.appears(() => desktop.launch(EXECUTABLE, ['--hidden']));
      const [running] = desktop.mains(EXECUTABLE);
      expect(desktop.renderers(EXECUTABLE)).toEqual([]);
      expect((await desktop.run(opener, args(JOIN))).status).toBe(0);
      await desktop.screen.window(/^Sallyport$/);
      expect(desktop.mains(EXECUTABLE).map(({ pid }) => pid)).toEqual([running?.pid]);
    });
  });

  // A web page writes the link: nothing in it may become an argument, or a word of a shell. xdg-open is a shell script.
  test.each([
    ['xdg-open', 'sallyport://join?org=a --remote-debugging-port=9222'],
    ['xdg-open', 'sallyport://join?org=$(touch shell-ran)'],
    ['xdg-open', 'sallyport://join?org="; touch shell-ran; "'],
    ['xdg-open', 'sallyport://join?org=a%0A--no-sandbox'],
    ['gio', 'sallyport://join?org=a --remote-debugging-port=9222'],
  ])('hands the link of %s %j over as one, which is refused', async (opener, link) => {
    const from = desktop.desktop.notifications.shown.length;
    const args = new Map(OPENERS).get(opener)?.(link) ?? [];
    await desktop.appears(() => desktop.launch(opener, args));
    const notice = await desktop.desktop.notifications.first(() => true, { from });
    expect(notice.title).toBe('Sallyport did not follow a link');
    expect(desktop.mains(EXECUTABLE)[0]?.args.slice(1).join(' ')).toMatch(/^sallyport:\/\/join\?org=/);
    expect(existsSync(join(machine.user.home, 'shell-ran'))).toBe(false);
  });

  test('is told by the app when IT does not allow a link', async () => {
    await machine.enforce({ deepLinks: ['request'] });
    const from = desktop.desktop.notifications.shown.length;
    await desktop.appears(() => desktop.launch('xdg-open', [JOIN]));
    const { body } = await desktop.desktop.notifications.first(() => true, { from });
    expect(body).toBe('Because your organisation does not allow links of this kind.');
  });

  describe('at login', () => {
    test('does not start the app unless that is chosen', async () => {
      await desktop.appears(() => desktop.launch(EXECUTABLE, ['--hidden']));
      expect(existsSync(entry)).toBe(false);
    });

    test('starts the installed program, in the tray only, where IT says so', async () => {
      await machine.enforce({ startAtLogin: true });
      await desktop.appears(() => desktop.launch(EXECUTABLE, ['--hidden']));
      await expect.poll(() => existsSync(entry), { timeout: 10_000 }).toBe(true);
      expect((await desktop.run('desktop-file-validate', [entry])).output).toBe('');
      expect(await readFile(entry, 'utf8')).toContain(`\nExec="${EXECUTABLE}" "--hidden"\n`);
      expect((await stat(entry)).uid).toBe(machine.user.uid);
      await desktop.endAll();
      // As a session does it: by GLib's reading of the entry.
      await desktop.appears(() => desktop.launch('gio', ['launch', entry]));
      await expect(desktop.screen.window(/Sallyport/, [], 500)).rejects.toThrow('No window');
      expect(desktop.renderers(EXECUTABLE)).toEqual([]);
      expect(desktop.mains(EXECUTABLE)).toHaveLength(1);
    });

    test('passes over the entry, which stays in the home, once the app is removed', async () => {
      expect(existsSync(entry)).toBe(true);
      await aptGetMust('remove', PACKAGE);
      expect(existsSync(entry)).toBe(true);
      const { status, output } = await desktop.run('gio', ['launch', entry]);
      expect(status, output).not.toBe(0);
      // GLib does not even take it for a program's entry: TryExec names nothing.
      expect(output).toContain('Unable to load application information');
      expect(desktop.appProcesses(EXECUTABLE)).toEqual([]);
      await rm(entry);
    });
  });
});
