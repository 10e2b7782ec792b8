import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { extractFile, listPackage, statFile } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { describe, expect, test } from 'vitest';
import { dependencies } from '../../package.json';
import { unexpectedIn } from '../../scripts/packaging/archive-rules.ts';
import { packages } from './packages.ts';

const resources = join(packages.unpacked, 'resources');
const archive = join(resources, 'app.asar');
const files = listPackage(archive, { isPack: false })
  .map((path) => path.slice(1))
  .filter((path) => !('files' in statFile(archive, path)));
const read = (path: string): string => extractFile(archive, path).toString('utf8');

describe('the archive', () => {
  test('holds what the app runs, what it reads, and nothing else', () => {
    expect(unexpectedIn(files)).toEqual([]);
    for (const needed of ['out/main/index.js', 'out/preload/index.cjs', 'out/renderer/index.html', 'package.json']) {
      expect(files).toContain(needed);
    }
  });

  test('holds ssh2 and what it needs, and no other package', () => {
    const names = files.flatMap((path) => /^node_modules\/([^/]+)\//.exec(path)?.[1] ?? []);
    expect([...new Set(names)].sort()).toEqual(['asn1', 'bcrypt-pbkdf', 'safer-buffer', 'ssh2', 'tweetnacl']);
    expect(JSON.parse(read('node_modules/ssh2/package.json')).version).toBe(dependencies.ssh2);
  });

  test('holds every file that a package in it requires', () => {
    for (const path of files.filter((file) => /^node_modules\/.*\.js$/.test(file))) {
      for (const [, target = ''] of read(path).matchAll(/require\('(\.[^']+)'\)/g)) {
        // ssh2 looks for its native part, and goes on without it.
        if (target.endsWith('.node')) continue;
        const at = join(path, '..', target);
        const candidates = [at, `${at}.js`, join(at, 'index.js')];
        expect(
          files.filter((file) => candidates.includes(file)),
          `${path} requires ${target}`,
        ).not.toEqual([]);
      }
    }
  });

  test('refers to no source map', () => {
    for (const path of files.filter((file) => /^out\/.*\.(js|cjs|css)$/.test(file))) {
      expect(/[#@] sourceMappingURL=(?!data:)/.test(read(path)), path).toBe(false);
    }
  });

  test('says name and version, and nothing of how it is built', () => {
    const about = JSON.parse(read('package.json'));
    expect(about).toMatchObject({ name: 'sallyport', version: packages.version, main: 'out/main/index.js' });
    expect(about.desktopName).toBe('sallyport-desktop.desktop');
    for (const key of ['scripts', 'devDependencies', 'workspaces', 'allowScripts'])
      expect(about).not.toHaveProperty(key);
  });

  test('holds the public half of the release key it was packaged with, and nothing of the private one', () => {
    const { id, publicKey } = packages.releaseKey;
    expect(JSON.parse(read('resources/update-keys.json'))).toEqual([{ id, publicKey }]);
  });

  test('names no place on the machine that built it', () => {
    const root = join(import.meta.dirname, '../..');
    expect(files.filter((path) => extractFile(archive, path).includes(root))).toEqual([]);
  });
});

test.each([
  'backend/index.js',
  'out/backend/index.js',
  'test/main/x.js',
  'node_modules/ssh2/test/x.js',
  'node_modules/ssh2/lib/protocol/crypto/build/Release/sshcrypto.node',
  'node_modules/fastify/index.js',
  'node_modules/ssh2/.eslintrc.js',
  'out/main/index.js.map',
  'out/main/index.ts',
  'out/main/bundled-packages.json',
  'docs/policy.md',
  'resources/managed/sallyport.admx',
  'resources/icon.svg',
  'resources/signing.pem',
  '.env',
])('%s would be refused in the archive', (path) => {
  expect(unexpectedIn([path])).toEqual([path]);
});

describe('around the archive', () => {
  test('the program runs nothing but the archive', async () => {
    const wire = await getCurrentFuseWire(join(packages.unpacked, 'sallyport-desktop'));
    // A fuse is one character in the program's file.
    const [DISABLE, ENABLE] = [...'01'].map((digit) => digit.charCodeAt(0));
    expect(wire).toMatchObject({
      [FuseV1Options.RunAsNode]: DISABLE,
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: DISABLE,
      [FuseV1Options.EnableNodeCliInspectArguments]: DISABLE,
      [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: DISABLE,
      [FuseV1Options.GrantFileProtocolExtraPrivileges]: DISABLE,
      [FuseV1Options.EnableCookieEncryption]: ENABLE,
      [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: ENABLE,
      [FuseV1Options.OnlyLoadAppFromAsar]: ENABLE,
    });
  });

  test('Chromium speaks English only', async () => {
    expect(await readdir(join(packages.unpacked, 'locales'))).toEqual(['en-US.pak']);
  });

  test('the loader of the development runtime is not there', () => {
    expect(existsSync(join(resources, 'app'))).toBe(false);
    expect(existsSync(join(resources, 'default_app.asar'))).toBe(false);
  });

  test("Electron's and Chromium's licences are there", async () => {
    const electron = await readFile(join(packages.unpacked, 'LICENSE.electron.txt'), 'utf8');
    expect(electron).toContain('Electron contributors');
    expect(await readFile(join(packages.unpacked, 'LICENSES.chromium.html'), 'utf8')).toContain('The Chromium Authors');
  });

  test('an icon for Windows and one for macOS are made from the same pictures', async () => {
    const { makeIco, makeIcns } = await import('../../scripts/packaging/icons.ts');
    const folder = join(import.meta.dirname, '../../packaging/app');
    expect((await readFile(join(folder, 'icon.ico'))).equals(await makeIco())).toBe(true);
    expect((await readFile(join(folder, 'icon.icns'))).equals(await makeIcns())).toBe(true);
  });
});
