import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packages } from './packages.ts';
import { outputOf } from './run.ts';

const work = mkdtempSync(join(tmpdir(), 'sallyport-linux-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const OURS = [/^\/opt\/Sallyport(\/|$)/, /^\/etc\/sallyport$/, /^\/usr\/bin\/sallyport-desktop$/];
const SHARED = [
  /^\/usr\/share\/applications\/sallyport-desktop\.desktop$/,
  /^\/usr\/share\/icons\/hicolor\/\d+x\d+\/apps\/sallyport-desktop\.png$/,
  /^\/usr\/share\/doc\/sallyport(\/(copyright|managed))?$/,
];
const isExpected = (path: string): boolean => [...OURS, ...SHARED].some((pattern) => pattern.test(path));

describe('the deb', () => {
  const raw = join(work, 'deb');
  beforeAll(() => outputOf('dpkg-deb', '--raw-extract', packages.deb, raw));
  const field = (name: string): string => outputOf('dpkg-deb', '--field', packages.deb, name).trim();
  const listing = outputOf('dpkg-deb', '--contents', packages.deb)
    .trim()
    .split('\n')
    .map((line) => {
      const [mode = '', owner = '', , , , path = ''] = line.split(/\s+/);
      return { mode, owner, path: path.slice(1).replace(/\/$/, '') };
    });

  test('says who made it, what it is and what it needs', () => {
    expect(field('Package')).toBe('sallyport');
    expect(field('Version')).toBe(packages.version);
    expect(field('Architecture')).toBe(process.arch === 'x64' ? 'amd64' : 'arm64');
    expect(field('Maintainer')).toMatch(/^Sallyport <.+@.+>$/);
    expect(field('Section')).toBe('net');
    expect(field('Description')).toMatch(/^Just-in-time SSH access/);
    expect(Number(field('Installed-Size'))).toBeGreaterThan(200_000);
    for (const needed of [
      'libgtk-3-0',
      'libnss3',
      'libgbm1',
      'libdrm2',
      'libasound2 | libasound2t64',
      'libsecret-1-0',
    ]) {
      expect(field('Depends')).toContain(needed);
    }
  });

  test('names the package of every library that its programs are linked with', () => {
    const program = join(packages.unpacked, 'sallyport-desktop');
    const libraries = [...outputOf('objdump', '-p', program).matchAll(/NEEDED\s+(\S+)/g)].map(([, name = '']) => name);
    // What a dependency cannot be installed without need not be named.
    const named = field('Depends')
      .split(/[,|] */)
      .map((name) => name.trim());
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
    const installed = new Set(printedBy('dpkg-query', '-W', '-f', '${db:Status-Abbrev} ${Package}\n', ...named));
    const closure = outputOf(
      ...(['apt-cache', 'depends', '--recurse', '--no-recommends', '--no-suggests', '--no-conflicts'] as const),
      ...['--no-breaks', '--no-replaces', '--no-enhances', '--no-pre-depends', '--installed'],
      ...named.filter((name) => installed.has(`ii  ${name}`)),
    );
    const reached = new Set(
      closure
        .split('\n')
        .filter((line) => /^\S/.test(line))
        .map((line) => line.split(':')[0]),
    );
    // Electron brings some of its own; nobody owns what is not installed here.
    const foreign = libraries.filter((library) => !existsSync(join(packages.unpacked, library)));
    const owned = printedBy('dpkg', '-S', ...foreign.map((library) => `*/${library}`));
    const missing = foreign.filter((library) => {
      const owners = owned.flatMap((line) => (line.endsWith(`/${library}`) ? (/^[^\s:]+/.exec(line) ?? []) : []));
      return owners.length > 0 && !owners.some((owner) => reached.has(owner));
    });
    expect(missing).toEqual([]);
  });

  test('holds only files of its own, all of root, none that others may write, none setuid before it is installed', () => {
    for (const { mode, owner, path } of listing) {
      expect(owner, path).toBe('root/root');
      expect(mode, path).toMatch(mode.startsWith('l') ? /^l/ : /^[-d]rw[-x]r-[-x]r-[-x]$/);
    }
    const files = listing.filter(({ mode }) => !mode.startsWith('d')).map(({ path }) => path);
    expect(files.filter((path) => !isExpected(path))).toEqual([]);
    expect(new Set(files).size).toBe(files.length);
  });

  test('brings the folder for what the organisation says, empty', () => {
    expect(listing.filter(({ path }) => path.startsWith('/etc/')).map(({ path }) => path)).toEqual(['/etc/sallyport']);
  });

  test('tells the app who is to update it', () => {
    expect(fileOf('/opt/Sallyport/resources/package-type')).toBe('deb\n');
  });

  test('has a menu entry that opens links, by a program that is there', () => {
    const entry = fileOf('/usr/share/applications/sallyport-desktop.desktop');
    const lines = new Map(entry.split('\n').map((line) => line.split('=') as [string, string]));
    expect(lines.get('Exec')).toBe('/opt/Sallyport/sallyport-desktop %U');
    expect(lines.get('MimeType')).toBe('x-scheme-handler/sallyport;');
    expect(lines.get('Icon')).toBe('sallyport-desktop');
    // Electron takes the window's class from desktopName in package.json.
    expect(lines.get('StartupWMClass')).toBe('sallyport-desktop');
    const paths = listing.map(({ path }) => path);
    expect(paths).toContain('/opt/Sallyport/sallyport-desktop');
    expect(paths).toContain('/usr/share/icons/hicolor/512x512/apps/sallyport-desktop.png');
    outputOf('desktop-file-validate', join(raw, 'usr/share/applications/sallyport-desktop.desktop'));
  });

  test.each(['postinst', 'postrm'])('its %s is a script that the shell understands', (name) => {
    outputOf('sh', '-n', join(raw, 'DEBIAN', name));
  });

  test('its sums are those of its files', () => {
    outputOf('sh', '-c', `cd ${raw} && md5sum --quiet --check DEBIAN/md5sums`);
  });

  const fileOf = (path: string): string => readFileSync(join(raw, path), 'utf8');
});

describe('the rpm', () => {
  const query = (format: string): string => outputOf('rpm', '-qp', '--queryformat', format, packages.rpm);

  test('says who made it, what it is and what it needs', () => {
    expect(query('%{NAME}|%{VERSION}|%{RELEASE}|%{ARCH}|%{LICENSE}')).toBe(
      `sallyport|${packages.version}|1|${process.arch === 'x64' ? 'x86_64' : 'aarch64'}|MIT`,
    );
    const requires = outputOf('rpm', '-qp', '--requires', packages.rpm);
    expect(requires).toContain('libgtk-3.so.0()(64bit)');
    expect(requires).toContain('libgbm.so.1()(64bit)');
    expect(query('%{BUILDHOST}')).toBe('localhost');
  });

  test('holds only files of its own, and the sandbox helper as Chromium wants it', () => {
    const files = query('[%{FILEMODES:perms} %{FILEUSERNAME}:%{FILEGROUPNAME} %{FILENAMES}\n]').trim().split('\n');
    for (const line of files) {
      const [mode = '', owner, path = ''] = line.split(' ');
      expect(isExpected(path), path).toBe(true);
      expect(owner).toBe('root:root');
      if (path === '/opt/Sallyport/chrome-sandbox') expect(mode).toBe('-rwsr-xr-x');
      else expect(mode, path).toMatch(/^(l|[-d]rw[-x]r-[-x]r-[-x]$)/);
    }
    expect(files.some((line) => line.endsWith(' /etc/sallyport'))).toBe(true);
  });

  test('tells the app who is to update it', () => {
    const extracted = `cd ${work} && rpm2cpio ${packages.rpm} | cpio -i --quiet --to-stdout`;
    expect(outputOf('sh', '-c', `${extracted} ./opt/Sallyport/resources/package-type`)).toBe('rpm\n');
  });

  test('its checksums are right', () => {
    expect(outputOf('rpm', '--checksig', '--nosignature', packages.rpm)).toContain('digests OK');
  });
});

describe('the pacman package', () => {
  const read = (path: string): string => outputOf('bsdtar', '-xOf', packages.pacman, path);

  test('says what it is and what it needs', () => {
    expect(read('.PKGINFO')).toContain('pkgname = sallyport\n');
    expect(read('.PKGINFO')).toContain(`pkgver = ${packages.version}-1\n`);
    expect(read('.PKGINFO')).toContain('depend = gtk3\n');
    expect(read('opt/Sallyport/resources/package-type')).toBe('pacman\n');
  });

  test('holds only files of its own, and begins with what pacman reads first', () => {
    const paths = outputOf('bsdtar', '-tf', packages.pacman).trim().split('\n');
    expect(paths.slice(0, 3).sort()).toEqual(['.INSTALL', '.MTREE', '.PKGINFO']);
    const files = paths.slice(3).filter((path) => !path.endsWith('/'));
    expect(files.filter((path) => !isExpected(`/${path}`))).toEqual([]);
  });

  test('holds nothing that is not root’s, that others may write, or that is setuid before it is installed', () => {
    const lines = outputOf('bsdtar', '-tvf', packages.pacman).trim().split('\n');
    expect(lines.length).toBeGreaterThan(50);
    expect(lines.filter((line) => !/^(l.{9}|[-d]rw[-x]r-[-x]r-[-x]) +\d+ +root +root /.test(line))).toEqual([]);
  });

  test('its script is one that the shell understands, and one act does not end the others', async () => {
    outputOf('sh', '-c', `bsdtar -xOf ${packages.pacman} .INSTALL > ${work}/install`);
    expect(outputOf('bash', '-c', `. ${work}/install; post_remove 1.0.0-1 >&2; echo goes on`)).toBe('goes on\n');
    expect(await readFile(join(work, 'install'), 'utf8')).toContain('post_upgrade()');
  });
});

test('the tar.gz has one folder, with a name that says what it is', () => {
  const top = `Sallyport-${packages.version}-linux-${process.arch}`;
  const paths = outputOf('tar', '-tzf', packages.tarball).trim().split('\n');
  expect(paths.filter((path) => !path.startsWith(`${top}/`))).toEqual([]);
  expect(paths).toContain(`${top}/sallyport-desktop`);
  expect(outputOf('tar', '-xOzf', packages.tarball, `${top}/resources/package-type`)).toBe('tar.gz\n');
});

test('a newer package differs in its version', () => {
  expect(packages.newer.version).not.toBe(packages.version);
  expect(outputOf('dpkg-deb', '--field', packages.newer.deb, 'Version').trim()).toBe(packages.newer.version);
  outputOf('dpkg', '--compare-versions', packages.newer.version, 'gt', packages.version);
});

/** The lines that a program of Debian prints, which also ends with an error when it knows only some of what it is asked. */
function printedBy(program: string, ...args: string[]): string[] {
  return spawnSync(program, args, { encoding: 'utf8' }).stdout.trim().split('\n');
}
