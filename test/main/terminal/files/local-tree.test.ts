import { execFileSync } from 'node:child_process';
import { renameSync, symlinkSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, realpath, rename, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localTree } from '../../../../main/terminal/files/local-tree.ts';
import { identityOf, inFolder, openLocal } from '../../../../main/terminal/files/pinned.ts';
import { sendable } from '../../../../main/terminal/files/sendable.ts';
import { removeFolder } from '../../../support/folder.ts';

let top: string;
beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'sallyport-tree-'));
});
afterEach(() => removeFolder(top));

const identity = async (path: string): Promise<string> => identityOf(await lstat(path, { bigint: true }));
const tree = async (check = (): void => undefined) => localTree(top, await identity(top), check);

describe('a folder that is sent', () => {
  it('is taken with its files, without what leads out of it or is none', async () => {
    await mkdir(join(top, 'in'));
    await writeFile(join(top, 'in', 'one'), '1');
    await symlink('/', join(top, 'in', 'root'));
    await symlink('one', join(top, 'in', 'also-one'));
    execFileSync('mkfifo', [join(top, 'pipe')]);
    const { folders, files, leftOut } = await tree();
    expect(folders.map(({ within }) => within)).toEqual([[], ['in']]);
    expect(files).toMatchObject([{ within: ['in'], name: 'one', size: 1 }]);
    expect(leftOut.count).toBe(3);
    expect(leftOut.sentence).toContain('in/root (a link)');
    expect(leftOut.sentence).toContain('pipe (a device)');
  });

  it('is refused when it is too deep', async () => {
    await mkdir(join(top, ...Array.from({ length: 42 }, () => 'd')), { recursive: true });
    await expect(tree()).rejects.toMatchObject({ code: 'wrong-state', message: /40 folders deep/ });
  });

  it('is left as soon as nothing may pass', async () => {
    await expect(
      tree(() => {
        throw new Error('over');
      }),
    ).rejects.toThrow('over');
  });

  it('that is not there is a sentence', async () => {
    const nowhere = localTree(join(top, 'nowhere'), '1:1', () => undefined);
    await expect(nowhere).rejects.toMatchObject({ code: 'not-found' });
  });

  it.each<[string, (folder: string) => Promise<unknown>]>([
    ['another folder', (folder) => mkdir(folder)],
    ['a link', (folder) => symlink('/etc', folder)],
  ])('is refused when %s has taken its place', async (_what, replace) => {
    const folder = join(top, 'folder');
    await mkdir(folder);
    const chosen = await identity(folder);
    await rename(folder, `${folder}.old`);
    await replace(folder);
    await expect(localTree(folder, chosen, () => undefined)).rejects.toMatchObject({ name: 'AppError' });
    const other = inFolder(folder, chosen, async () => undefined, 'darwin');
    await expect(other).rejects.toMatchObject({ code: 'wrong-state', message: /Another folder has taken its place/ });
  });

  it('is taken without a folder in it that becomes a link before it is looked into', async () => {
    const inner = join(top, 'inner');
    await mkdir(inner);
    let looks = 0;
    const found = await tree(() => {
      looks += 1;
      if (looks !== 2) return;
      renameSync(inner, `${inner}.old`);
      symlinkSync('/etc', inner);
    });
    expect(found.files).toEqual([]);
    expect(found.leftOut.sentence).toMatch(/^Without inner \(/);
  });

  it.each(['linux', 'darwin'] as const)(
    'gives nothing of what takes its place while it is read: %s',
    async (platform) => {
      const folder = join(top, 'folder');
      await mkdir(folder);
      const read = inFolder(
        folder,
        await identity(folder),
        async (at) => {
          await rename(folder, `${folder}.old`);
          await symlink('/etc', folder);
          return readdir(at);
        },
        platform,
      );
      if (platform === 'linux') expect(await read).toEqual([]);
      else await expect(read).rejects.toMatchObject({ code: 'wrong-state' });
    },
  );
});

describe('a file of it', () => {
  async function found() {
    await writeFile(join(top, 'file'), 'mine');
    const [file] = (await tree()).files;
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

it('of a link that was chosen it is known where it leads, and its own name', async () => {
  const file = join(await realpath(top), 'secret');
  await writeFile(file, 'mine');
  await symlink(file, join(top, 'photo.jpg'));
  const [item] = await sendable([join(top, '.', 'photo.jpg')]);
  expect(item).toEqual({ path: file, name: 'photo.jpg', kind: 'file', bytes: 4, identity: await identity(file) });
});
