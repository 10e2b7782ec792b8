import { chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { TrayItem } from '../../support/desktop/tray-item.ts';
import { packages } from '../packages.ts';
import { describeAsRoot } from './as-root.ts';
import { aptGet, dpkgStatus, EXECUTABLE, FOLDER, filesOfPackage, installDeb, PACKAGE, POLICY_FILE } from './debian.ts';
import { Machine } from './machine.ts';
import { outputOf } from './programs.ts';
import { found } from './traces.ts';
import { UserDesktop } from './user-desktop.ts';

/** As an administrator writes it by hand. */
const POLICY = '{\n\t"enforced":\t{ "startAtLogin": true, "updates": "off" }\n}\n\n';

describeAsRoot('An upgrade while the app runs', () => {
  let machine: Machine;
  let desktop: UserDesktop;
  let item: TrayItem;
  let running: number | undefined;
  let settingsFile: string;
  let entry: string;
  let entryBefore: string;

  beforeAll(async () => {
    machine = await Machine.take();
    const { user } = machine;
    settingsFile = join(user.home, '.config/Sallyport/settings.json');
    entry = join(user.home, '.config/autostart/sallyport.desktop');
    await installDeb(packages.deb);
    await writeFile(POLICY_FILE, POLICY);
    await mkdir(dirname(settingsFile), { recursive: true });
    await writeFile(settingsFile, JSON.stringify({ theme: 'dark', terminalFontSize: 17 }));
    for (const path of [join(user.home, '.config'), dirname(settingsFile), settingsFile]) {
      await chown(path, user.uid, user.gid);
    }
    desktop = await UserDesktop.start(user);
    item = await desktop.appears(() => desktop.launch(EXECUTABLE, ['--hidden']));
    running = desktop.mains(EXECUTABLE)[0]?.pid;
    entryBefore = await vi.waitFor(() => readFile(entry, 'utf8'), { timeout: 10_000 });
    await installDeb(packages.newer.deb);
  });
  afterAll(async () => {
    await desktop?.dispose();
    await machine?.giveBack();
  });

  test('installs the new version', async () => {
    expect(await dpkgStatus()).toBe(`install ok installed ${packages.newer.version}`);
    expect(await outputOf('dpkg', ['--verify', PACKAGE])).toBe('');
    expect(await outputOf('stat', ['-c', '%a %U', join(FOLDER, 'chrome-sandbox')])).toBe('4755 root\n');
  });

  test('leaves no file of the old one', async () => {
    expect(await found(FOLDER)).toEqual((await filesOfPackage()).filter((path) => path.startsWith(FOLDER)).sort());
  });

  test('leaves what the administrator wrote as it is', async () => {
    expect(await readFile(POLICY_FILE, 'utf8')).toBe(POLICY);
  });

  test('does not end the app that runs, which still answers and opens its window', async () => {
    expect(desktop.mains(EXECUTABLE).map(({ pid }) => pid)).toEqual([running]);
    expect((await item.menu()).map(({ label }) => label)).toContain('Quit');
    await item.click();
    await desktop.screen.window(/^Sallyport$/);
    expect(desktop.renderers(EXECUTABLE)).toHaveLength(1);
  });

  test('does not make a second app beside the old one when the person starts it once more', async () => {
    expect((await desktop.run('sallyport-desktop', [])).status).toBe(0);
    expect(desktop.mains(EXECUTABLE).map(({ pid }) => pid)).toEqual([running]);
  });

  test('is what the next start runs, with the settings and the start at login that there were', async () => {
    await item.choose('Quit');
    await expect.poll(() => desktop.appProcesses(EXECUTABLE), { timeout: 10_000 }).toEqual([]);
    await desktop.appears(() => desktop.launch('gio', ['launch', entry]));
    const versions = [...(await desktop.log()).matchAll(/"version":"([^"]+)"/g)].map(([, version]) => version);
    expect(versions).toEqual([packages.version, packages.newer.version]);
    expect(JSON.parse(await readFile(settingsFile, 'utf8'))).toMatchObject({ theme: 'dark', terminalFontSize: 17 });
    expect(await readFile(entry, 'utf8')).toBe(entryBefore);
    expect(await found(dirname(settingsFile), '-name', 'settings.json.bad-*')).toEqual([]);
  });

  test('is not undone by an older package, unless the administrator says so', async () => {
    const { status, output } = await aptGet('install', '--no-install-recommends', packages.deb);
    expect(status).not.toBe(0);
    expect(output).toContain('--allow-downgrades');
    expect(await dpkgStatus()).toBe(`install ok installed ${packages.newer.version}`);
  });
});
