// What the product needs from the system besides Node: found by asking the system, installed where we may.

import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { runAsCommand } from './command.ts';

/**
 * `desktop`: the app. `display`: a display where there is none. `sshd`: the demo target. `packaging`: what makes and
 * checks packages. `tests`: all the suites use.
 */
export type LibrarySet = 'desktop' | 'display' | 'sshd' | 'packaging' | 'tests';

interface Need {
  /** A command on PATH, or a shared library by its soname. */
  what: { command: string } | { library: string };
  /** Debian packages that bring it, newest name first; the first that apt knows is taken. */
  packages: readonly [string, ...string[]];
}

const DESKTOP: readonly Need[] = [
  { what: { library: 'libgtk-3.so.0' }, packages: ['libgtk-3-0t64', 'libgtk-3-0'] },
  { what: { library: 'libnss3.so' }, packages: ['libnss3'] },
  { what: { library: 'libasound.so.2' }, packages: ['libasound2t64', 'libasound2'] },
  { what: { library: 'libgbm.so.1' }, packages: ['libgbm1'] },
  { what: { library: 'libcups.so.2' }, packages: ['libcups2t64', 'libcups2'] },
  { what: { library: 'libatk-bridge-2.0.so.0' }, packages: ['libatk-bridge2.0-0t64', 'libatk-bridge2.0-0'] },
  { what: { library: 'libnotify.so.4' }, packages: ['libnotify4'] },
  { what: { library: 'libX11-xcb.so.1' }, packages: ['libx11-xcb1'] },
  { what: { command: 'dbus-daemon' }, packages: ['dbus-daemon', 'dbus'] },
];
const DISPLAY: readonly Need[] = [
  { what: { command: 'Xvfb' }, packages: ['xvfb'] },
  { what: { command: 'xauth' }, packages: ['xauth'] },
];
const SSHD: readonly Need[] = [
  { what: { command: 'sshd' }, packages: ['openssh-server'] },
  { what: { command: 'ssh-keygen' }, packages: ['openssh-client'] },
  { what: { command: 'ps' }, packages: ['procps'] },
];
const PACKAGING: readonly Need[] = [
  { what: { command: 'dpkg-deb' }, packages: ['dpkg'] },
  { what: { command: 'strip' }, packages: ['binutils'] },
  // The backend's package is installed on a machine of its own, and its unit read.
  { what: { command: 'nsenter' }, packages: ['util-linux'] },
  { what: { command: 'adduser' }, packages: ['adduser'] },
  { what: { command: 'systemd-analyze' }, packages: ['systemd'] },
  { what: { command: 'python3' }, packages: ['python3'] },
  { what: { command: 'pgrep' }, packages: ['procps'] },
  { what: { command: 'rpmbuild' }, packages: ['rpm'] },
  { what: { command: 'bsdtar' }, packages: ['libarchive-tools'] },
  { what: { command: 'zstd' }, packages: ['zstd'] },
  { what: { command: 'rpm2cpio' }, packages: ['rpm2cpio'] },
  { what: { command: 'cpio' }, packages: ['cpio'] },
  { what: { command: 'xdg-mime' }, packages: ['xdg-utils'] },
  { what: { command: 'desktop-file-validate' }, packages: ['desktop-file-utils'] },
  { what: { command: 'gio' }, packages: ['libglib2.0-bin'] },
  { what: { command: 'pkill' }, packages: ['procps'] },
];
const TESTS: readonly Need[] = [
  ...DESKTOP,
  ...DISPLAY,
  ...SSHD,
  { what: { command: 'ssh' }, packages: ['openssh-client'] },
  { what: { command: 'scp' }, packages: ['openssh-client'] },
  { what: { command: 'rsync' }, packages: ['rsync'] },
  { what: { command: 'git' }, packages: ['git'] },
  { what: { command: 'ansible' }, packages: ['ansible-core', 'ansible'] },
  { what: { command: 'xterm' }, packages: ['xterm'] },
  { what: { command: 'vim' }, packages: ['vim', 'vim-tiny'] },
];
const SETS: Readonly<Record<LibrarySet, readonly Need[]>> = {
  desktop: DESKTOP,
  display: DISPLAY,
  sshd: SSHD,
  packaging: PACKAGING,
  tests: TESTS,
};

/** Makes sure that what the sets name is there. Throws one sentence with the command to run where we may not install. */
export function ensureSystemLibraries(sets: readonly LibrarySet[], say: (line: string) => void = console.error): void {
  if (process.platform !== 'linux') return;
  const missing = findMissing(sets);
  if (missing.length === 0) return;
  const names = missing.map(nameOf).join(', ');
  if (!hasCommand('apt-get')) {
    throw new Error(`Missing on this system: ${names}. Install them with your package manager and run this again.`);
  }
  const install = ['install', '-y', '--no-install-recommends'];
  if (process.getuid?.() !== 0) {
    const packages = packagesFor(missing).join(' ');
    throw new Error(
      `Missing on this system: ${names}. Install them with: sudo apt-get ${install.join(' ')} ${packages}`,
    );
  }
  say(`Installing what is missing on this system: ${names}.`);
  // Lists may be absent (a fresh container) or older than the mirror; both are mended by one update.
  if (!aptKnows(missing) || !apt([...install, ...packagesFor(missing)])) {
    apt(['update']);
    apt([...install, ...packagesFor(missing)]);
  }
  const still = findMissing(sets);
  if (still.length > 0) {
    const packages = packagesFor(still).join(' ');
    throw new Error(
      `apt-get could not install ${still.map(nameOf).join(', ')}: run apt-get ${install.join(' ')} ${packages}`,
    );
  }
}

function findMissing(sets: readonly LibrarySet[]): Need[] {
  const libraries = installedLibraries();
  const needs = new Set(sets.flatMap((set) => SETS[set]));
  const isThere = ({ what }: Need) => ('command' in what ? hasCommand(what.command) : libraries.has(what.library));
  return [...needs].filter((need) => !isThere(need));
}

function nameOf({ what }: Need): string {
  return 'command' in what ? what.command : what.library;
}

/** Whether the program is on PATH or where the system keeps those of administrators. */
export function hasCommand(name: string): boolean {
  // sshd and ldconfig live in sbin, which an ordinary user's PATH leaves out.
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin', '/usr/local/sbin'];
  return folders.some((folder) => {
    try {
      accessSync(join(folder || '.', name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function installedLibraries(): Set<string> {
  const path = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;
  const cache = execFileSync('ldconfig', ['-p'], { encoding: 'utf8', env: { ...process.env, PATH: path } });
  return new Set(cache.split('\n').map((line) => line.trim().split(' ')[0] ?? ''));
}

function packagesFor(needs: readonly Need[]): string[] {
  const known = (name: string) => {
    const policy = spawnSync('apt-cache', ['policy', name], { encoding: 'utf8' });
    return /^\s*Candidate: (?!\(none\))/m.test(policy.stdout);
  };
  return [...new Set(needs.map(({ packages }) => packages.find(known) ?? packages[0]))];
}

function aptKnows(needs: readonly Need[]): boolean {
  return packagesFor(needs).every((name) => spawnSync('apt-cache', ['show', name], { stdio: 'ignore' }).status === 0);
}

function apt(args: readonly string[]): boolean {
  const done = spawnSync('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=120', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (done.status !== 0) process.stderr.write(done.stderr);
  return done.status === 0;
}

await runAsCommand(import.meta, () => {
  const sets = process.argv.slice(2).filter((name): name is LibrarySet => name in SETS);
  ensureSystemLibraries(sets.length > 0 ? sets : ['tests']);
});
