import { mkdtempSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { removeFolder } from '../../support/folder.ts';
import { packages } from '../packages.ts';
import { describeAsRoot } from './as-root.ts';
import { dpkgStatus, FOLDER, installDeb, PACKAGE } from './debian.ts';
import { Machine } from './machine.ts';
import { type Outcome, outputOf, run } from './programs.ts';
import { found } from './traces.ts';

/** No file may grow beyond 100 MB (blocks of 512 bytes): less than the app's program, more than dpkg writes for itself. */
const DPKG_DIES = 'ulimit -f 200000';
/** The same; whoever writes more is told so by an error instead of the signal that ends it. */
const DISK_ENDS = `trap '' XFSZ && ${DPKG_DIES}`;
const APT_GET = 'apt-get -q -y -o DPkg::Lock::Timeout=300';
const INSTALL = `${APT_GET} install --no-install-recommends`;

describeAsRoot('An installation that is interrupted', () => {
  let machine: Machine;
  /** A folder with a program that kills the script that calls it. */
  let programs: string;

  beforeAll(async () => {
    machine = await Machine.take();
    programs = mkdtempSync(join(tmpdir(), 'sallyport-programs-'));
    // The last thing that the package's own script calls: here it is the power cut.
    const killer = join(programs, 'update-desktop-database');
    await writeFile(killer, '#!/bin/sh\nkill -KILL $PPID\n');
    await chmod(killer, 0o755);
  });
  afterAll(async () => {
    await removeFolder(programs);
    await machine?.giveBack();
  });

  /** apt gives dpkg a PATH of its own. */
  const withKiller = () => `-o DPkg::Path=${programs}:/usr/sbin:/usr/bin:/sbin:/bin`;

  function shell(command: string): Promise<Outcome> {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
    return run('sh', ['-c', command], { env, timeout: 120_000 });
  }

  async function expectWhole(version: string): Promise<void> {
    expect(await dpkgStatus()).toBe(`install ok installed ${version}`);
    expect(await outputOf('dpkg', ['--verify', PACKAGE])).toBe('');
    expect(await outputOf('stat', ['-c', '%a', join(FOLDER, 'chrome-sandbox')])).toBe('4755\n');
    expect(await found(FOLDER, '-name', '*.dpkg-*')).toEqual([]);
  }

  test('because dpkg is killed: is not taken for installed, and is finished as apt says', async () => {
    const { status, output } = await shell(`${DPKG_DIES} && ${INSTALL} ${packages.deb}`);
    expect(status, output).not.toBe(0);
    expect(await dpkgStatus()).toContain('half-installed');
    expect((await shell(`${INSTALL} ${packages.deb}`)).output).toContain('dpkg --configure -a');
    await run('dpkg', ['--configure', '-a']);
    await installDeb(packages.deb);
    await expectWhole(packages.version);
  });

  test('as an upgrade, because a file cannot be written: leaves the old version whole', async () => {
    const { status, output } = await shell(`${DISK_ENDS} && ${INSTALL} ${packages.newer.deb}`);
    expect(status, output).not.toBe(0);
    await expectWhole(packages.version);
  });

  test('as an upgrade, because its script is killed: is finished by dpkg --configure -a', async () => {
    const { status, output } = await shell(`${INSTALL} ${withKiller()} ${packages.newer.deb}`);
    expect(status, output).not.toBe(0);
    expect(await dpkgStatus(), output).toBe(`install ok half-configured ${packages.newer.version}`);
    await outputOf('dpkg', ['--configure', '-a']);
    await expectWhole(packages.newer.version);
  });

  test('as a removal, because its script is killed: is finished by another', async () => {
    const { status, output } = await shell(`${APT_GET} ${withKiller()} purge ${PACKAGE}`);
    expect(status, output).not.toBe(0);
    expect(await dpkgStatus()).toMatch(/half-installed|half-configured/);
    await outputOf('dpkg', ['--purge', PACKAGE]);
    expect(await dpkgStatus()).toBe('');
    expect((await run('test', ['-e', FOLDER])).status).toBe(1);
  });
});
