import { existsSync, mkdtempSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { removeFolder } from '../../support/folder.ts';
import { packages } from '../packages.ts';
import { describeAsRoot } from './as-root.ts';
import { EXECUTABLE, FOLDER, POLICY_FILE } from './debian.ts';
import { Machine } from './machine.ts';
import { type Outcome, outputOf, run } from './programs.ts';
import { appearedSince, systemPaths } from './traces.ts';
import { UserDesktop } from './user-desktop.ts';

/** Each kind of package says which kind it is; the rest is the same. */
const OWN = /\/resources\/package-type$/;

// rpm works on this system's files, with a database of its own: what it depends on goes by the names of other systems.
describeAsRoot('The rpm', () => {
  let machine: Machine;
  let work: string;
  let before: Set<string>;

  const rpm = (...args: string[]): Promise<Outcome> =>
    run('rpm', ['--dbpath', join(work, 'db'), ...args], { timeout: 120_000 });
  const rpmMust = (...args: string[]): Promise<string> => outputOf('rpm', ['--dbpath', join(work, 'db'), ...args]);

  beforeAll(async () => {
    machine = await Machine.take();
    work = mkdtempSync(join(tmpdir(), 'sallyport-rpm-'));
    before = await systemPaths();
    await rpmMust('--force-debian', '--nodeps', '-i', packages.rpm);
  });
  afterAll(async () => {
    if (work !== undefined) {
      await machine.user.endAll();
      await rpm('--force-debian', '--nodeps', '-e', 'sallyport');
      await removeFolder(work);
    }
    await machine?.giveBack();
  });

  test('installs what the deb installs, byte for byte', async () => {
    await outputOf('dpkg-deb', ['-e', packages.deb, join(work, 'deb')]);
    const sums = (await readFile(join(work, 'deb/md5sums'), 'utf8'))
      .split('\n')
      .filter((line) => line && !OWN.test(line));
    await writeFile(join(work, 'sums'), `${sums.join('\n')}\n`);
    const { status, output } = await run('md5sum', ['--quiet', '--check', join(work, 'sums')], { cwd: '/' });
    expect(status, output).toBe(0);
    const files = (await rpmMust('-ql', 'sallyport')).split('\n').filter((path) => path !== '' && !OWN.test(path));
    const inDeb = new Set(sums.map((line) => `/${line.slice(34)}`));
    const plain = [];
    for (const path of files) {
      if ((await run('test', ['-f', path, '-a', '!', '-L', path])).status === 0) plain.push(path);
    }
    expect(plain.sort()).toEqual([...inDeb].sort());
  });

  test('is whole, with the sandbox helper as Chromium wants it', async () => {
    expect(await rpmMust('-V', '--nodeps', 'sallyport')).toBe('');
    expect(await outputOf('stat', ['-c', '%a %U', join(FOLDER, 'chrome-sandbox')])).toBe('4755 root\n');
  });

  test('upgrades to a newer version: the scripts of the old one, run last, take nothing away', async () => {
    await writeFile(POLICY_FILE, '{}');
    await rpmMust('--force-debian', '--nodeps', '-U', packages.newer.rpm);
    expect(await rpmMust('-q', 'sallyport')).toContain(packages.newer.version);
    expect(await rpmMust('-V', '--nodeps', 'sallyport')).toBe('');
    expect(await outputOf('realpath', ['/usr/bin/sallyport-desktop'])).toBe(`${EXECUTABLE}\n`);
    const { stdout } = await machine.user.run('xdg-mime', ['query', 'default', 'x-scheme-handler/sallyport']);
    expect(stdout.trim()).toBe('sallyport-desktop.desktop');
  });

  test('starts for an ordinary user', async () => {
    const desktop = await UserDesktop.start(machine.user);
    try {
      await desktop.appears(() => desktop.launch('sallyport-desktop', ['--hidden']));
      expect(await desktop.log()).toContain(`"version":"${packages.newer.version}"`);
    } finally {
      await desktop.dispose();
    }
  });

  test('is not replaced by an older version', async () => {
    const { status, output } = await rpm('--force-debian', '--nodeps', '-U', packages.rpm);
    expect(status).not.toBe(0);
    expect(output).toContain('is already installed');
  });

  test('erased, leaves nothing but what the administrator wrote', async () => {
    await rpmMust('--force-debian', '--nodeps', '-e', 'sallyport');
    expect(existsSync(POLICY_FILE)).toBe(true);
    await rm(POLICY_FILE);
    expect((await appearedSince(before)).filter((path) => path !== '/etc/sallyport')).toEqual([]);
    const { stdout } = await machine.user.run('xdg-mime', ['query', 'default', 'x-scheme-handler/sallyport']);
    expect(stdout.trim()).toBe('');
  });
});
