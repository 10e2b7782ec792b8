import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { controlOf } from '../../scripts/packaging/fpm/deb.ts';
import { makePackage } from '../../scripts/packaging/fpm/main.ts';
import { parseOrder } from '../../scripts/packaging/fpm/order.ts';
import { infoOf } from '../../scripts/packaging/fpm/pacman.ts';
import { specOf } from '../../scripts/packaging/fpm/rpm.ts';
import { layOut } from '../../scripts/packaging/fpm/tree.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-fpm-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const BASE = [
  ...['-s', 'dir', '--force', '-t', 'deb', '--architecture', 'amd64', '--name', 'Thing', '--version', '1.2.3'],
  ...['--maintainer', 'A <a@b.c>', '--package', '/tmp/thing.deb', '--description', 'Short\n long text\n\n more'],
];
const orderOf = (...more: string[]) => parseOrder([...BASE, ...more]);

describe('the order', () => {
  test('takes lists, single words and mappings in any order', () => {
    const order = orderOf('a=/x', '-d', 'libc6', '--depends', 'libfoo > 1', 'b=c/=/y', '--deb-compression=zst');
    expect(order).toMatchObject({ format: 'deb', name: 'thing', depends: ['libc6', 'libfoo > 1'], compression: 'zst' });
    expect(order.mappings).toEqual([
      { from: 'a', to: '/x' },
      { from: 'b=c/', to: '/y' },
    ]);
  });

  test.each<[string, string[], RegExp]>([
    ['an option that it does not know', [...BASE, '--deb-systemd', 'x'], /no option --deb-systemd/],
    ['a value that is missing', [...BASE, '--url'], /--url needs a value/],
    ['a format that it cannot make', [...BASE, '-t', 'apk'], /cannot make apk; there are deb, rpm, pacman/],
    ['no name', BASE.filter((arg) => arg !== '--name' && arg !== 'Thing'), /--name is missing/],
    ['an empty version', [...BASE, '--version', ''], /--version is missing/],
    ['a mapping to nowhere', [...BASE, 'only-a-name'], /does not say SOURCE/],
    ['a mapping to a relative place', [...BASE, 'a=b'], /does not say SOURCE/],
    ['a mode that is none', [...BASE, '--rpm-attr', '9999,root,root:/x'], /--rpm-attr wants/],
    ['a mode for nothing', [...BASE, '--rpm-attr', '4755,root,root'], /--rpm-attr wants/],
  ])('is refused with %s', (_what, args, complaint) => {
    expect(() => parseOrder(args)).toThrow(complaint);
  });

  test.each([
    ['SOURCE_DATE_EPOCH', { SOURCE_DATE_EPOCH: 'yesterday' }],
    ['SOURCE_DATE_EPOCH', { SOURCE_DATE_EPOCH: '-1' }],
    ['level', { ELECTRON_BUILDER_COMPRESSION_LEVEL: '0' }],
    ['level', { ELECTRON_BUILDER_COMPRESSION_LEVEL: 'max' }],
  ])('a %s that is none is refused: %j', (word, env) => {
    expect(() => makePackage(BASE, env)).toThrow(word);
  });
});

describe('the tree', () => {
  test('is the same whoever lays it out', () => {
    const from = join(folder, 'from');
    mkdirSync(join(from, 'sub'), { recursive: true, mode: 0o700 });
    writeFileSync(join(from, 'program'), 'x', { mode: 0o700 });
    writeFileSync(join(from, 'sub/text'), 'xx', { mode: 0o600 });
    chmodSync(join(from, 'program'), 0o4777);
    writeFileSync(join(from, 'left-out'), '');
    symlinkSync('/opt/thing/program', join(from, 'link'));
    const order = orderOf(`${from}/=/opt/thing`, '--exclude=opt/thing/left-out', '--directories=/etc/thing');
    const root = join(folder, 'root');
    const entries = layOut(order, root, 1_700_000_000);
    expect(entries.map(({ path, kind }) => `${kind} ${path}`)).toEqual([
      ...['folder /etc', 'folder /etc/thing', 'folder /opt', 'folder /opt/thing', 'link /opt/thing/link'],
      ...['file /opt/thing/program', 'folder /opt/thing/sub', 'file /opt/thing/sub/text'],
    ]);
    const modeOf = (path: string) => (lstatSync(join(root, path)).mode & 0o7777).toString(8);
    expect(['opt/thing/program', 'opt/thing/sub', 'opt/thing/sub/text'].map(modeOf)).toEqual(['755', '755', '644']);
    for (const { path } of entries) expect(lstatSync(join(root, path)).mtimeMs, path).toBe(1_700_000_000_000);
    expect(readlinkSync(join(root, 'opt/thing/link'))).toBe('/opt/thing/program');
    expect(existsSync(join(from, 'left-out'))).toBe(true);
  });

  test('takes a single file by its new name, or into a folder by its own', () => {
    writeFileSync(join(folder, 'one'), '1');
    const order = orderOf(`${folder}/one=/a/renamed`, `${folder}/one=/b/`);
    const paths = layOut(order, join(folder, 'root'), 0).map(({ path }) => path);
    expect(paths).toEqual(['/a', '/a/renamed', '/b', '/b/one']);
  });
});

test('a deb says its relations as Debian does, and its empty lines by a dot', () => {
  const control = controlOf(orderOf('-d', 'a > 1', '-d', 'b', '-d', 'c | d', '--conflicts', 'e < 2'), 7);
  expect(control).toContain('Depends: a (>> 1), b, c | d\n');
  expect(control).toContain('Conflicts: e (<< 2)\n');
  expect(control).toContain('Installed-Size: 7\n');
  expect(control.endsWith('Description: Short\n long text\n .\n more\n')).toBe(true);
  expect(control).not.toContain('Provides');
});

test('an rpm owns its own folders only, and no percent sign is taken for a macro', () => {
  const script = join(folder, 'script');
  writeFileSync(script, 'echo 100%\n');
  const order = {
    ...orderOf('--directories=/opt/Thing', '--rpm-attr=4755,root,root:/opt/Thing/helper', `--after-install=${script}`),
    ...{ format: 'rpm' as const, version: '1.0.0-beta.1', description: '50% more' },
  };
  const entries = (['/opt', '/opt/Thing', '/usr', '/usr/bin'] as const).map(
    (path) => ({ path, kind: 'folder', bytes: 0 }) as const,
  );
  const file = { path: '/opt/Thing/helper', kind: 'file', bytes: 1 } as const;
  const spec = specOf({ order, work: folder, root: '/r', entries: [...entries, file], epoch: 0, level: 6 });
  expect(spec).toContain('\nVersion: 1.0.0~beta.1\n');
  expect(spec).toContain('\n50%% more\n');
  expect(spec).toContain('echo 100%%');
  expect(spec).toContain('%dir "/opt/Thing"\n');
  expect(spec).toContain('%attr(4755,root,root) "/opt/Thing/helper"');
  expect(spec).not.toContain('"/opt"');
  expect(spec).not.toContain('"/usr');
  const odd = { path: '/a"b', kind: 'file', bytes: 0 } as const;
  expect(() => specOf({ order, work: folder, root: '/r', entries: [odd], epoch: 0, level: 6 })).toThrow(/cannot hold/);
});

test.each(['1.0.0-beta.1', '1.0.0_beta.1'])('a pacman package of %s sorts before 1.0.0', (version) => {
  const info = infoOf({ ...orderOf('-d', 'gtk3'), version }, 5, 9);
  expect(info).toContain('pkgver = 1.0.0beta.1-1\n');
  expect(info).toContain('depend = gtk3\n');
  expect(info).toContain('builddate = 9\n');
});
