import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rename, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localTree, openLocal } from '../../../../main/terminal/files/local-tree.ts';
import { removeFolder } from '../../../support/folder.ts';

let top: string;
beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'sallyport-tree-'));
});
afterEach(() => removeFolder(top));

const go = (): void => undefined;

describe('a folder that is sent', () => {
  it('is taken with its files, without what leads out of it or is none', async () => {
    await mkdir(join(top, 'in'));
    await writeFile(join(top, 'in', 'one'), '1');
    await symlink('/', join(top, 'in', 'root'));
    await symlink('one', join(top, 'in', 'also-one'));
    execFileSync('mkfifo', [join(top, 'pipe')]);
    const { folders, files, leftOut } = await localTree(top, go);
    expect(folders.map(({ within }) => within)).toEqual([[], ['in']]);
    expect(files).toMatchObject([{ within: ['in'], name: 'one', size: 1 }]);
    expect(leftOut.count).toBe(3);
    expect(leftOut.sentence).toContain('in/root (a link)');
    expect(leftOut.sentence).toContain('pipe (a device)');
  });

  it('is refused when it is too deep', async () => {
    await mkdir(join(top, ...Array.from({ length: 42 }, () => 'd')), { recursive: true });
    await expect(localTree(top, go)).rejects.toMatchObject({ code: 'wrong-state', message: /40 folders deep/ });
  });

  it('is left as soon as nothing may pass', async () => {
    await expect(
      localTree(top, () => {
        throw new Error('over');
      }),
    ).rejects.toThrow('over');
  });

  it('that is not there is a sentence', async () => {
    await expect(localTree(join(top, 'nowhere'), go)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a file of it', () => {
  async function found() {
    await writeFile(join(top, 'file'), 'mine');
    const [file] = (await localTree(top, go)).files;
    return file!;
  }

  it('is opened', async () => {
    const { path, identity } = await found();
    const handle = await openLocal(path, identity);
    expect(await handle.readFile('utf8')).toBe('mine');
    await handle.close();
  });

  it.each<[string, (path: string) => Promise<void>]>([
    ['another file', async (path) => writeFile(`${path}.new`, 'other').then(() => rename(`${path}.new`, path))],
    ['a link', async (path) => rename(path, `${path}.old`).then(() => symlink('/etc/passwd', path))],
    ['a pipe', async (path) => rename(path, `${path}.old`).then(() => void execFileSync('mkfifo', [path]))],
    ['nothing', async (path) => rename(path, `${path}.old`)],
  ])('is not when %s has taken its place', async (_what, replace) => {
    const { path, identity } = await found();
    await replace(path);
    await expect(openLocal(path, identity)).rejects.toMatchObject({ name: 'AppError' });
  });
});
