import { existsSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { packages } from '../packages.ts';
import { describeAsRoot } from './as-root.ts';
import { Machine } from './machine.ts';
import { UserDesktop } from './user-desktop.ts';

describeAsRoot('The tar.gz, unpacked by an ordinary user at home', () => {
  let machine: Machine;
  let desktop: UserDesktop;
  let folder: string;
  let executable: string;

  beforeAll(async () => {
    machine = await Machine.take();
    folder = join(machine.user.home, basename(packages.tarball, '.tar.gz'));
    executable = join(folder, 'sallyport-desktop');
    // It lies where an ordinary user may not look.
    const copy = join(machine.user.home, basename(packages.tarball));
    await copyFile(packages.tarball, copy);
    const { status, output } = await machine.user.run('tar', ['-xzf', copy]);
    expect(status, output).toBe(0);
    desktop = await UserDesktop.start(machine.user);
  });
  afterEach(() => desktop?.endAll());
  afterAll(async () => {
    await desktop?.dispose();
    await machine?.giveBack();
  });

  test('starts, its pages locked in by user namespaces', async () => {
    await desktop.appears(() => desktop.launch(executable));
    await desktop.screen.window(/^Sallyport$/);
    await expect.poll(() => desktop.renderers(executable)[0]).toMatchObject({ seccomp: 2, noNewPrivileges: true });
    const [main] = desktop.mains(executable);
    const [page] = desktop.renderers(executable);
    expect(page?.namespaces.user).not.toBe(main?.namespaces.user);
    expect(desktop.appProcesses(executable).flatMap(({ args }) => args)).not.toContain('--no-sandbox');
  });

  test('says what the administrator has to do where ordinary users get no namespaces, and does not start', async () => {
    const program = await desktop.launchWithoutUserNamespaces(executable);
    await program.ended;
    expect(program.tail()).toMatch(/make sure that \S+\/chrome-sandbox is owned by root and has mode 4755/);
    await expect.poll(() => desktop.appProcesses(executable)).toEqual([]);
  });

  // Whoever may write there may change the program itself as well; but nothing makes a signed program run other code.
  test.each([
    ['a folder beside the archive', 'true'],
    ['a folder in place of the archive', 'mv app.asar app.asar.old'],
    ['a folder by the name of the archive', 'mv app.asar app.asar.old && cp -r app app.asar'],
    ['another archive as default app', 'mv app.asar app.asar.old && cp -r app default_app.asar'],
  ])('does not run %s', async (_, act) => {
    const evil = `mkdir app && echo '{"main":"index.js"}' > app/package.json`;
    const ran = join(machine.user.home, 'ran');
    const code = `echo 'require("node:fs").writeFileSync("${ran}", "")' > app/index.js`;
    const undo =
      'if [ -e app.asar.old ]; then rm -rf app.asar && mv app.asar.old app.asar; fi; rm -rf app default_app.asar';
    const inResources = (command: string) =>
      machine.user.run('sh', ['-c', `cd ${join(folder, 'resources')} && ${command}`]);
    expect((await inResources(`${evil} && ${code} && ${act}`)).status).toBe(0);
    try {
      // Without its archive it ends by itself or is ended here; only what it did counts.
      await desktop.run('timeout', ['-s', 'KILL', '4', executable, '--hidden']);
      expect(existsSync(ran)).toBe(false);
    } finally {
      await desktop.endAll();
      await inResources(undo);
    }
  });
});
