import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asarPackage } from '../../../main/updates/asar-package.ts';
import { beside } from '../../../main/updates/beside.ts';
import { prepare } from '../../../main/updates/prepare.ts';
import { makeVersion, packVersion } from './packed-version.ts';

let home: string;
let path: string;
const around = () => ({ program: join(path, 'sallyport'), signal: new AbortController().signal });
const inFolder = () => ({ kind: 'own', shape: 'folder', path, format: 'tar.gz' }) as const;
const inFile = () => ({ kind: 'own', shape: 'file', path, format: 'AppImage' }) as const;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'sallyport-prepare-'));
  path = join(home, 'here', 'Sallyport');
  await mkdir(join(home, 'here'));
});

afterEach(() => rm(home, { recursive: true, force: true }));

describe('a downloaded tar.gz', () => {
  beforeEach(() => makeVersion(path, { version: '1.0.0' }));

  it.each<[string, Parameters<typeof packVersion>[1], RegExp]>([
    ['of another version than was said', { version: '1.2.0' }, /no Sallyport 1\.1\.0/],
    ['of an older version', { version: '0.1.0' }, /no Sallyport 1\.1\.0/],
    ['of another program', { name: 'other', version: '1.1.0' }, /no Sallyport 1\.1\.0/],
    ['of another kind of package', { version: '1.1.0', packageType: 'deb' }, /no Sallyport 1\.1\.0/],
    ['whose program cannot be run', { version: '1.1.0', mode: 0o644 }, /no Sallyport 1\.1\.0/],
  ])('%s is not made ready, and nothing of it stays', async (_name, packed, message) => {
    const made = await packVersion(home, packed);
    await expect(prepare(inFolder(), { ...made, version: '1.1.0' }, around())).rejects.toThrow(message);
    expect(await readdir(join(home, 'here'))).toEqual(['Sallyport']);
  });

  it.each<[string, (file: string) => Promise<void>]>([
    ['was altered on the disk', (file) => writeFile(file, 'x'.repeat(500), { flag: 'r+' })],
    ['was altered at its end', (file) => writeFile(file, 'x', { flag: 'a' })],
    ['was cut short', (file) => truncate(file, 500)],
    ['is gone', (file) => rm(file)],
  ])('that %s is not made ready, and nothing of it stays', async (_name, alter) => {
    const made = await packVersion(home, { version: '1.1.0' });
    await alter(made.file);
    await expect(prepare(inFolder(), { ...made, version: '1.1.0' }, around())).rejects.toThrow();
    expect(await readdir(join(home, 'here'))).toEqual(['Sallyport']);
  });

  it('that is no tar.gz at all is not made ready', async () => {
    const file = join(home, 'x');
    const content = Buffer.alloc(1_000_000, 'x');
    await writeFile(file, content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    await expect(prepare(inFolder(), { file, sha256, bytes: 9, version: '1.1.0' }, around())).rejects.toThrow(
      /unpacked/,
    );
    expect(await readdir(join(home, 'here'))).toEqual(['Sallyport']);
  });

  it('for which there is no room is not made ready', async () => {
    const made = { ...(await packVersion(home, { version: '1.1.0' })), bytes: 2 ** 50, version: '1.1.0' };
    await expect(prepare(inFolder(), made, around())).rejects.toThrow(/free disk space/);
  });

  it('that is called off leaves nothing', async () => {
    const made = { ...(await packVersion(home, { version: '1.1.0' })), version: '1.1.0' };
    await expect(prepare(inFolder(), made, { ...around(), signal: AbortSignal.abort() })).rejects.toThrow();
    expect(await readdir(join(home, 'here'))).toEqual(['Sallyport']);
  });

  it('lies ready beside the installation, which is not touched, in place of what lay there', async () => {
    const made = { ...(await packVersion(home, { version: '1.1.0' })), version: '1.1.0' };
    for (const left of Object.values(beside(path))) await mkdir(join(left, 'left'), { recursive: true });
    await prepare(inFolder(), made, around());
    expect((await readdir(join(home, 'here'))).sort()).toEqual(['.Sallyport.next-version', 'Sallyport']);
    const { next } = beside(path);
    expect((await readdir(next)).sort()).toEqual(['resources', 'sallyport']);
    expect(await asarPackage(join(next, 'resources', 'app.asar'))).toEqual({ name: 'sallyport', version: '1.1.0' });
    expect(await asarPackage(join(path, 'resources', 'app.asar'))).toEqual({ name: 'sallyport', version: '1.0.0' });
  });
});

describe('a downloaded AppImage', () => {
  const image = Buffer.concat([Buffer.from('7f454c46020101004149020000', 'hex'), Buffer.alloc(500_000, 'x')]);
  const download = async (content: Buffer) => {
    const file = join(home, 'downloaded');
    await writeFile(file, content, { mode: 0o600 });
    const sha256 = createHash('sha256').update(content).digest('hex');
    return { file, sha256, bytes: content.length, version: '1.1.0' };
  };
  beforeEach(() => writeFile(path, 'the one that runs', { mode: 0o750 }));

  it.each<[string, Buffer]>([
    ['an ordinary program', Buffer.concat([Buffer.from('7f454c4602010100000000', 'hex'), Buffer.alloc(99)])],
    ['nothing', Buffer.alloc(0)],
  ])('that is %s is not made ready', async (_name, content) => {
    await expect(prepare(inFile(), await download(content), around())).rejects.toThrow(/no AppImage/);
    expect(await readdir(join(home, 'here'))).toEqual(['Sallyport']);
  });

  it('that was altered on the disk is not made ready', async () => {
    const made = await download(image);
    await writeFile(made.file, 'y', { flag: 'a' });
    await expect(prepare(inFile(), made, around())).rejects.toThrow(/altered on this disk/);
    expect(await readdir(join(home, 'here'))).toEqual(['Sallyport']);
  });

  it('lies ready beside the other, with its mode', async () => {
    await prepare(inFile(), await download(image), around());
    const { next } = beside(path);
    expect((await readFile(next)).equals(image)).toBe(true);
    expect((await stat(next)).mode & 0o777).toBe(0o750);
  });
});

describe('an archive', () => {
  it.each<[string, Buffer]>([
    ['empty', Buffer.alloc(0)],
    ['of other numbers', Buffer.alloc(64, 1)],
    ['with an index longer than any', Buffer.from(Uint32Array.of(4, 2 ** 31, 2 ** 31 - 4, 2 ** 30).buffer)],
    ['that ends in its index', Buffer.from(Uint32Array.of(4, 108, 104, 100).buffer)],
  ])('%s is none', async (_name, content) => {
    await writeFile(join(home, 'x.asar'), content);
    await expect(asarPackage(join(home, 'x.asar'))).rejects.toThrow();
  });
});
