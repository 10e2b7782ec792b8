import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Leftover, Unfinished } from '../../../../main/terminal/files/unfinished.ts';
import { removeFolder } from '../../../support/folder.ts';

let folder: string;
let file: string;
const problems: unknown[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-unfinished-'));
  file = join(folder, 'unfinished.json');
  problems.length = 0;
});
afterEach(() => removeFolder(folder));

const part = (name: string, over: Partial<Leftover> = {}): Leftover => ({
  ...{ at: 'deploy@db-1', folder: '/srv', kind: 'file', name, ...over },
});
const open = (path = file): Unfinished => new Unfinished(path, (error) => problems.push(error));
const names = (unfinished: Unfinished, at = 'deploy@db-1', where = '/srv') =>
  unfinished.leftIn(at, where).map(({ name }) => name);

it('is no leftover while its upload runs, and one when it has stayed, also for the next start', async () => {
  const first = open();
  const one = part('.a.part');
  first.begin(one);
  expect(names(first)).toEqual([]);
  expect(names(open())).toEqual(['.a.part']);
  first.stays(one);
  expect(names(first)).toEqual(['.a.part']);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  first.gone(one);
  expect(names(open())).toEqual([]);
});

it('is only that of the same login, target and folder', () => {
  const all = open();
  for (const one of [part('.a'), part('.b', { folder: '/tmp' }), part('.c', { at: 'root@db-1' })]) {
    all.begin(one);
    all.stays(one);
  }
  expect(names(all)).toEqual(['.a']);
  expect(names(all, 'root@db-1')).toEqual(['.c']);
  expect(names(all, 'root@db-1', '/tmp')).toEqual([]);
});

it('is forgotten, oldest first, when there are too many', () => {
  const all = open();
  for (let i = 0; i < 205; i++) all.begin(part(`.${i}`));
  const left = names(open());
  expect(left).toHaveLength(200);
  expect(left[0]).toBe('.5');
});

it.each(['', '{', '{}', '[1]', '[{"at":"x"}]'])('a file that holds %j is none', async (text) => {
  await writeFile(file, text);
  expect(names(open())).toEqual([]);
});

it('a disk that takes nothing keeps no upload from beginning', async () => {
  open('/dev/null/x').begin(part('.a'));
  expect(problems).toHaveLength(1);
  await expect(readFile('/dev/null/x')).rejects.toThrow();
});
