import { readFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packages } from '../packages.ts';
import { describeAsRoot } from './as-root.ts';
import {
  aptGetMust,
  DESKTOP_FILE,
  dpkgStatus,
  EXECUTABLE,
  FOLDER,
  filesOfPackage,
  installDeb,
  PACKAGE,
  POLICY_FILE,
  POLICY_FOLDER,
} from './debian.ts';
import { Machine } from './machine.ts';
import { outputOf, run } from './programs.ts';
import { appearedSince, filesThatName, found, systemPaths } from './traces.ts';

/** What an administrator wrote, with a line end and a comment's worth of spaces that no program would write so. */
const POLICY = '{ "enforced":   { "updates": "off" } }\n\n';
/** A file of the backend's package, which shares the folder. */
const BACKEND_FILE = join(POLICY_FOLDER, 'installation-test.yaml');
const SETTINGS = '{\n  "theme": "dark"\n}';

describeAsRoot('The deb on a real system', () => {
  let machine: Machine;
  let before: Set<string>;
  let settingsFile: string;

  beforeAll(async () => {
    machine = await Machine.take();
    settingsFile = join(machine.user.home, '.config/Sallyport/settings.json');
    // What it depends on stays afterwards: apt leaves that for the administrator to remove.
    await aptGetMust('satisfy', '--no-install-recommends', await outputOf('dpkg-deb', ['-f', packages.deb, 'Depends']));
    before = await systemPaths();
    await installDeb(packages.deb);
  });

  afterAll(async () => {
    await rm(BACKEND_FILE, { force: true });
    await machine?.giveBack();
  });

  test('asks for nothing that Debian does not have', async () => {
    const clauses = (await outputOf('dpkg-deb', ['-f', packages.deb, 'Depends'])).trim().split(/\s*,\s*/);
    const alternatives = clauses.map((clause) => clause.split('|').map((name) => name.trim().replace(/ \(.*\)$/, '')));
    expect(alternatives.length).toBeGreaterThan(5);
    const known = await outputOf('apt-cache', ['policy', ...alternatives.flat()]);
    const candidates = [...known.matchAll(/^(\S+):\n.*\n\s*Candidate: (?!\(none\))/gm)].map(([, name]) => name);
    expect(alternatives.filter((names) => !names.some((name) => candidates.includes(name)))).toEqual([]);
  });

  test('is installed in the version that its name says', async () => {
    expect(await dpkgStatus()).toBe(`install ok installed ${packages.version}`);
  });

  test('puts there what was packed, byte for byte', async () => {
    expect(await outputOf('dpkg', ['--verify', PACKAGE])).toBe('');
  });

  test('belongs to root, and nobody else may write any of it', async () => {
    expect(await found(FOLDER, '(', '!', '-user', 'root', '-o', '!', '-group', 'root', ')')).toEqual([]);
    expect(await found(FOLDER, '!', '-type', 'l', '-perm', '/022')).toEqual([]);
    for (const path of await filesOfPackage()) {
      expect(await outputOf('stat', ['-c', '%U:%G %n', path])).toBe(`root:root ${path}\n`);
    }
  });

  test('gives the rights of root to one program, the sandbox helper', async () => {
    expect(await found(FOLDER, '-perm', '/6000')).toEqual([join(FOLDER, 'chrome-sandbox')]);
    expect(await outputOf('stat', ['-c', '%a %U:%G', join(FOLDER, 'chrome-sandbox')])).toBe('4755 root:root\n');
  });

  test('can be read and started by everybody', async () => {
    expect(await found(FOLDER, '!', '-perm', '-004')).toEqual([]);
    expect(await found(FOLDER, '-type', 'd', '!', '-perm', '-005')).toEqual([]);
    const { stdout } = await machine.user.run('sh', ['-c', 'realpath "$(command -v sallyport-desktop)"']);
    expect(stdout.trim()).toBe(EXECUTABLE);
  });

  test('is what opens sallyport links for an ordinary user', async () => {
    const { stdout } = await machine.user.run('xdg-mime', ['query', 'default', 'x-scheme-handler/sallyport']);
    expect(stdout.trim()).toBe(DESKTOP_FILE);
  });

  test('is in the menu, by a valid entry that names the program and an icon that is there', async () => {
    const file = join('/usr/share/applications', DESKTOP_FILE);
    expect(await outputOf('desktop-file-validate', [file])).toBe('');
    const entry = readFileSync(file, 'utf8');
    expect(entry).toMatch(new RegExp(`^Exec=${EXECUTABLE} %U$`, 'm'));
    const icon = /^Icon=(.+)$/m.exec(entry)?.[1];
    const icons = await found('/usr/share/icons/hicolor', '-name', `${icon}.png`);
    const sizes = icons.map((path) => path.split('/')[5]);
    expect(sizes).toEqual(expect.arrayContaining(['16x16', '32x32', '48x48', '128x128', '256x256', '512x512']));
  });

  test('writes no configuration of its own, so that an upgrade has no question to ask', async () => {
    expect(await outputOf('dpkg-query', ['-W', '-f', `\${Conffiles}`, PACKAGE])).toBe('');
    expect((await filesOfPackage()).filter((path) => path.startsWith('/etc/'))).toEqual([POLICY_FOLDER]);
    expect(await outputOf('stat', ['-c', '%a %U', POLICY_FOLDER])).toBe('755 root\n');
  });

  test('leaves what the administrator and the person wrote when it is removed', async () => {
    await writeFile(POLICY_FILE, POLICY, { mode: 0o644 });
    await writeFile(BACKEND_FILE, 'backend: yes\n');
    await mkdir(join(settingsFile, '..'), { recursive: true });
    await writeFile(settingsFile, SETTINGS);
    await aptGetMust('remove', PACKAGE);
    expect((await run('test', ['-e', FOLDER])).status).toBe(1);
    expect(await readFile(POLICY_FILE, 'utf8')).toBe(POLICY);
    expect(await readFile(settingsFile, 'utf8')).toBe(SETTINGS);
    expect(await filesThatName('sallyport', ['/usr/share/applications'])).toEqual([]);
  });

  // To purge is to take away what the package brought. Without the organisation's file, whoever installs the app again
  // would run it unmanaged; it goes the way it came, by the hand or the program that wrote it.
  test('purged, leaves nothing of its own, and everything that is not', async () => {
    await aptGetMust('purge', PACKAGE);
    expect(await dpkgStatus()).toBe('');
    expect(await readFile(POLICY_FILE, 'utf8')).toBe(POLICY);
    expect(await readFile(BACKEND_FILE, 'utf8')).toBe('backend: yes\n');
    expect(await readFile(settingsFile, 'utf8')).toBe(SETTINGS);
    const others = [POLICY_FOLDER, POLICY_FILE, BACKEND_FILE].filter((path) => !before.has(path));
    expect(await appearedSince(before)).toEqual(others.sort());
    const places = ['/usr/share/applications', '/usr/share/mime', '/etc/alternatives', '/var/lib/dpkg/alternatives'];
    expect(await filesThatName('sallyport', places)).toEqual([]);
    expect(await filesThatName(`^Package: ${PACKAGE}$`, ['/var/lib/dpkg/status'])).toEqual([]);
  });

  test('can be installed again, and purged without such files takes its folder in /etc along', async () => {
    await rm(POLICY_FILE);
    await rm(BACKEND_FILE);
    await installDeb(packages.deb);
    expect(await dpkgStatus()).toBe(`install ok installed ${packages.version}`);
    await aptGetMust('purge', PACKAGE);
    expect(await appearedSince(before)).toEqual([]);
  });
});
