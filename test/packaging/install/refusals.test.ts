import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeAsRoot } from './as-root.ts';
import { EXECUTABLE, FOLDER } from './debian.ts';
import { withInstalledApp } from './installed-app.ts';
import type { Machine } from './machine.ts';
import { listeningPorts } from './own-processes.ts';
import { outputOf } from './programs.ts';
import type { UserDesktop } from './user-desktop.ts';

interface Attempt {
  args?: (code: string) => readonly string[];
  env?: (code: string) => Readonly<Record<string, string>>;
}

/** What another program of the same person could try, to run its code as Sallyport. `code` is a folder with a program. */
const TAKE_OVERS: [string, Attempt][] = [
  ['be plain Node', { env: () => ({ ELECTRON_RUN_AS_NODE: '1' }), args: (code) => [join(code, 'index.js')] }],
  ['load a module by NODE_OPTIONS', { env: (code) => ({ NODE_OPTIONS: `--require ${join(code, 'index.js')}` }) }],
  ['open a debugger by NODE_OPTIONS', { env: () => ({ NODE_OPTIONS: '--inspect=127.0.0.1:0' }) }],
  ['open a debugger by --inspect', { args: () => ['--inspect=127.0.0.1:0'] }],
  ['wait for a debugger by --inspect-brk', { args: () => ['--inspect-brk=127.0.0.1:0'] }],
  ['run another app by its path', { args: (code) => [code] }],
  [
    'load other code by the options of a development Electron',
    {
      args: (code) => [`--app=${code}`, ...['-r', '--require', '--import'].flatMap((o) => [o, join(code, 'index.js')])],
    },
  ],
];

describeAsRoot('The installed app is asked to be another program, and', () => {
  let machine: Machine;
  let desktop: UserDesktop;
  /** A folder with a program that says when it runs. */
  let code: string;
  let ran: string;

  withInstalledApp(async (installed) => {
    ({ machine, desktop } = installed);
    const { home } = machine.user;
    [code, ran] = [join(home, 'other-app'), join(home, 'ran')];
    await mkdir(code);
    await writeFile(join(code, 'package.json'), '{ "name": "other", "main": "index.js" }');
    await writeFile(join(code, 'index.js'), `require('node:fs').writeFileSync(${JSON.stringify(ran)}, '');`);
  });

  test('the program of the test would be seen if it ran', async () => {
    await outputOf(process.execPath, [join(code, 'index.js')]);
    expect(existsSync(ran)).toBe(true);
    await rm(ran);
  });

  test.each(TAKE_OVERS)('does not %s', async (_, { args, env }) => {
    await desktop.appears(() => desktop.launch(EXECUTABLE, ['--hidden', ...(args?.(code) ?? [])], env?.(code)));
    const [main, ...others] = desktop.mains(EXECUTABLE);
    expect(others).toEqual([]);
    expect(listeningPorts(main?.pid ?? 0)).toEqual([]);
    expect(existsSync(ran)).toBe(false);
  });

  test.each([
    ['--remote-debugging-port=0', 'remote debugging'],
    ['--remote-debugging-port=9222', 'remote debugging'],
    ['--remote-debugging-pipe', 'remote debugging'],
    ['--ignore-certificate-errors', '--ignore-certificate-errors'],
    ['--host-resolver-rules=MAP * 127.0.0.1', '--host-resolver-rules'],
  ])('does not start with %s, and says why', async (flag, what) => {
    const { status, output } = await desktop.run(EXECUTABLE, [flag]);
    expect(status).toBe(1);
    expect(output).toContain(`Sallyport does not start with ${what}: `);
    expect(desktop.appProcesses(EXECUTABLE)).toEqual([]);
  });

  test('opens no debugger when told by the signal that makes Node open one', async () => {
    await desktop.appears(() => desktop.launch(EXECUTABLE, ['--hidden']));
    const [main] = desktop.mains(EXECUTABLE);
    await desktop.run('kill', ['-USR1', String(main?.pid)]);
    await expect
      .poll(() => desktop.mains(EXECUTABLE).flatMap(({ pid }) => listeningPorts(pid)), { interval: 50, timeout: 500 })
      .toEqual([]);
  });

  test.each([
    ['write into its archive', `printf x >> ${FOLDER}/resources/app.asar`],
    ['put another archive in its place', `mv -f ${FOLDER}/resources/app.asar ${FOLDER}/resources/old.asar`],
    ['put an app beside its archive', `mkdir ${FOLDER}/resources/app`],
    ['write into the program', `printf x >> ${EXECUTABLE}`],
    ['put a library where it looks first', `touch ${FOLDER}/libffmpeg.so.1`],
    ['write what IT enforces', 'touch /etc/sallyport/policy.json'],
    ['change what links open', 'printf x >> /usr/share/applications/sallyport-desktop.desktop'],
  ])('does not let the person %s', async (_, command) => {
    const { status } = await machine.user.run('sh', ['-c', command]);
    expect(status).not.toBe(0);
  });
});
