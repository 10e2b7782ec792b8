import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { version } from '../../package.json';
import { ROOT } from '../../scripts/folders.ts';
import { sha256Of } from '../../scripts/packaging/artefacts.ts';
import { FORMATS } from '../../scripts/packaging/formats.ts';
import { type Packaged, type PackageOptions, packageApp } from '../../scripts/packaging/package-app.ts';
import { packages } from './packages.ts';
import { outputOf } from './run.ts';

const work = mkdtempSync(join(tmpdir(), 'sallyport-command-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const KEYS = join(work, 'keys.json');
const WITH_KEYS = ['--level', '1', '--targets', 'deb,rpm,tar.gz,pacman', '--update-keys', KEYS];

async function npmRunPackage(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/package.ts', ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (said.err += text));
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, ...said };
}

/** Packages of the same commit: those of the other tests, unless they were kept from an earlier one. */
async function madeBefore(commit: string): Promise<string[]> {
  if (packages.commit === commit) return [packages.deb, packages.rpm, packages.pacman, packages.tarball];
  const out = join(work, 'before');
  const { status, err } = await npmRunPackage([...WITH_KEYS, '--out', out]);
  expect(status, err).toBe(0);
  return (await readdir(out)).filter((name) => /\.(deb|rpm|pacman|tar\.gz)$/.test(name)).map((name) => join(out, name));
}

describe('npm run package', () => {
  const out = join(work, 'dist');
  let run: Awaited<ReturnType<typeof npmRunPackage>>;
  let result: Packaged;
  beforeAll(async () => {
    // Another temporary folder, time zone and language than those that the other tests' packages were made with.
    const elsewhere = mkdtempSync(join(work, 'elsewhere-'));
    const env = { TMPDIR: elsewhere, TZ: 'Pacific/Auckland', LANG: 'de_DE.UTF-8' };
    const { id, publicKey } = packages.releaseKey;
    writeFileSync(KEYS, JSON.stringify([{ id, publicKey }]));
    run = await npmRunPackage([...WITH_KEYS, '--json', '--out', out], env);
    result = JSON.parse(run.out.trim().split('\n').at(-1) ?? '');
  });

  test('ends with a line that lists what it made, sizes and hashes', async () => {
    expect(run.status).toBe(0);
    expect(result).toMatchObject({
      version,
      electron: packages.electron,
      commit: expect.stringMatching(/^[0-9a-f]{40}/),
    });
    expect(result.artefacts.map(({ format }) => format).sort()).toEqual(['deb', 'pacman', 'rpm', 'tar.gz']);
    for (const { name, path, bytes, sha256, platform } of result.artefacts) {
      expect(path).toBe(join(out, name));
      expect(platform).toBe('linux');
      expect((await stat(path)).size).toBe(bytes);
      expect(await sha256Of(path)).toBe(sha256);
      expect(name).toMatch(/^Sallyport-[\d.]+-linux-[\w]+\.[\w.]+$/);
      expect(run.out).toContain(`${name} `);
    }
  });

  test('writes the sums as sha256sum reads them, the bill of materials and the notices', async () => {
    outputOf('sh', '-c', `cd ${out} && sha256sum --check --strict SHA256SUMS`);
    const names = await readdir(out);
    expect(names).toContain(`Sallyport-${version}-sbom.cdx.json`);
    expect(names).toContain(`Sallyport-${version}-third-party-notices.txt`);
    expect(names.filter((name) => !/\.(deb|rpm|pacman|tar\.gz|json|txt)$|^SHA256SUMS$/.test(name))).toEqual([]);
  });

  test('the same commit gives the same bytes, wherever and whenever it is packaged', async () => {
    for (const path of await madeBefore(result.commit)) {
      const again = result.artefacts.find(({ name }) => name === basename(path));
      expect(again?.sha256, basename(path)).toBe(await sha256Of(path));
    }
  });

  test('says aloud when the Electron inside is not for users', () => {
    if (packages.electron.official) return;
    expect(run.err).toContain('NOT FOR USERS');
    expect(run.out).toContain('for testing, not for users');
  });
});

test('what cannot be made here is named, with the reason', () => {
  const made = ['deb', 'rpm', 'tar.gz', 'pacman'];
  const expected = FORMATS.map(({ name }) => name).filter((name) => !made.includes(name));
  const named = packages.notBuilt.filter(({ format }) => format !== 'AppImage' || !packages.electron.official);
  expect(named.map(({ format }) => format)).toEqual(expected);
  for (const { why } of named) expect(why).toMatch(/^(is made on (Windows|macOS)$|needs .+ from GitHub)/);
});

test.each<[string, Partial<PackageOptions>, RegExp]>([
  ['without release keys', { release: true, updateKeys: [] }, /never updates itself.*update-keys\.json.*--no-updates/],
  ['with keys, and without updates', { noUpdates: true, updateKeys: [packages.releaseKey] }, /contradict each other/],
  [
    'of a format that nobody would update',
    { noUpdates: true, formats: ['deb', 'tar.gz'] },
    /Nobody would update tar\.gz/,
  ],
  [
    'of AppImage, without updates',
    { release: true, noUpdates: true, formats: ['AppImage'] },
    /Nobody would update App/,
  ],
])('a release %s is refused before anything is built', async (_, options, complaint) => {
  const said: string[] = [];
  const out = join(work, 'never');
  await expect(packageApp({ ...options, out, say: (line) => said.push(line) })).rejects.toThrow(complaint);
  expect(said).toEqual([]);
  await expect(stat(out)).rejects.toThrow();
});

const badKeys = join(work, 'bad-keys.json');
writeFileSync(badKeys, '[{"id":"0123456789abcdef","publicKey":"short"}]');

test.skipIf(packages.electron.official)('a release is not made with an Electron that is for testing', async () => {
  const { status, err } = await npmRunPackage(['--release', '--no-updates', '--out', join(work, 'never')]);
  expect(status).toBe(1);
  expect(err).toMatch(/is for testing: a release is packaged where/);
});

test.each<[string[], RegExp]>([
  [['--target', 'deb'], /--target/],
  [['deb'], /deb/],
  [['--targets', 'exe'], /There is no format "exe"; there are deb, rpm/],
  [['--targets', 'dmg'], /dmg is made on macOS/],
  [['--targets', ''], /There is no format ""/],
  [['--level', '0'], /--level is from 1 to 9/],
  [['--level', 'fast'], /--level is from 1 to 9/],
  [['--arch', 'sparc'], /There is no processor "sparc"/],
  [['--app-version', '1.2'], /"1\.2" is no version/],
  [['--app-version', '1.2.3; rm -rf /'], /is no version/],
  [['--update-keys', '/nowhere.json'], /\/nowhere\.json cannot be read/],
  [['--update-keys', badKeys], /bad-keys\.json is no list of release keys/],
])('%j is refused with one sentence', async (args, complaint) => {
  const { status, out, err } = await npmRunPackage([...args, '--out', join(work, 'never')]);
  expect(status).toBe(1);
  expect(err).toMatch(complaint);
  expect(err).not.toMatch(/\n\s+at /);
  expect(out).not.toContain('Sallyport-');
  await expect(stat(join(work, 'never'))).rejects.toThrow();
});
