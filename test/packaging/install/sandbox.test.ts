import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { packages } from '../packages.ts';
import { describeAsRoot } from './as-root.ts';
import { EXECUTABLE, FOLDER } from './debian.ts';
import { withInstalledApp } from './installed-app.ts';
import type { Machine } from './machine.ts';
import { descends, type OwnProcess } from './own-processes.ts';
import type { UserDesktop } from './user-desktop.ts';

const HELPER = join(FOLDER, 'chrome-sandbox');
/** A filter of system calls is on: proc(5). */
const FILTERED = 2;

describeAsRoot('The installed app of an ordinary user', () => {
  let machine: Machine;
  let desktop: UserDesktop;

  withInstalledApp((installed) => {
    ({ machine, desktop } = installed);
  });

  /** The app's main process and its page, once a window is on the screen. */
  async function mainAndPage(): Promise<{ main: OwnProcess; page: OwnProcess; all: OwnProcess[] }> {
    await desktop.screen.window(/^Sallyport$/);
    const { main, page } = await vi.waitFor(() => {
      const [main, ...others] = desktop.mains(EXECUTABLE);
      const [page] = desktop.renderers(EXECUTABLE);
      if (!main || !page || others.length > 0) throw new Error('There is no page, or more than one app.');
      // It becomes a renderer before it is locked in.
      expect(page.seccomp).toBe(FILTERED);
      return { main, page };
    });
    return { main, page, all: machine.user.processes() };
  }

  function expectLockedIn(page: OwnProcess, main: OwnProcess): void {
    expect(page).toMatchObject({ seccomp: FILTERED, noNewPrivileges: true });
    for (const kind of ['pid', 'net'] as const) {
      expect(page.namespaces[kind]).not.toBe('');
      expect(page.namespaces[kind]).not.toBe(main.namespaces[kind]);
    }
  }

  test('comes up in the tray and in a window, in the version that was installed', async () => {
    const item = await desktop.appears(() => desktop.launch('sallyport-desktop'));
    expect((await item.look()).tooltip).toContain('Sallyport');
    await mainAndPage();
    expect(await desktop.log()).toContain(`"version":"${packages.version}"`);
  });

  test('draws its pages in processes that are locked in by user namespaces and a filter of system calls', async () => {
    await desktop.appears(() => desktop.launch(EXECUTABLE));
    const { main, page, all } = await mainAndPage();
    expectLockedIn(page, main);
    expect(page.namespaces.user).not.toBe(main.namespaces.user);
    expect(all.flatMap(({ args }) => args)).not.toContain('--no-sandbox');
    expect(all.map(({ executable }) => executable)).not.toContain(HELPER);
    // Nothing else of the app runs under another program's name.
    for (const process of all.filter((one) => descends(main.pid, one, all))) {
      expect(process.executable.startsWith(FOLDER)).toBe(true);
    }
  });

  test('does so with its setuid helper where the kernel grants ordinary users no namespaces', async () => {
    await desktop.appears(() => desktop.launchWithoutUserNamespaces(EXECUTABLE));
    const { main, page, all } = await mainAndPage();
    expectLockedIn(page, main);
    expect(page.namespaces.user).toBe(main.namespaces.user);
    expect(all.flatMap(({ args }) => args)).not.toContain('--no-sandbox');
  });

  test('says what is wrong and does not start where there is neither', async () => {
    await chmod(HELPER, 0o755);
    try {
      const program = await desktop.launchWithoutUserNamespaces(EXECUTABLE);
      await program.ended;
      expect(program.tail()).toContain(`make sure that ${HELPER} is owned by root and has mode 4755`);
      await expect.poll(() => machine.user.processes()).toEqual([]);
    } finally {
      await chmod(HELPER, 0o4755);
    }
  });

  test('is one app, however often it is started', async () => {
    await desktop.appears(() => desktop.launch(EXECUTABLE, ['--hidden']));
    const [first] = desktop.mains(EXECUTABLE);
    expect((await desktop.run('sallyport-desktop', [])).status).toBe(0);
    await desktop.screen.window(/^Sallyport$/);
    expect(desktop.mains(EXECUTABLE).map(({ pid }) => pid)).toEqual([first?.pid]);
  });

  test('ends with all its processes when the person quits it in the tray', async () => {
    const item = await desktop.appears(() => desktop.launch(EXECUTABLE));
    await mainAndPage();
    await item.choose('Quit');
    await expect.poll(() => desktop.appProcesses(EXECUTABLE), { timeout: 10_000 }).toEqual([]);
  });
});
