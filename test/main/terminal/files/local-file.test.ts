import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { arrive } from '../../../../main/terminal/files/local-file.ts';
import { removeFolder } from '../../../support/folder.ts';

let here: string;
beforeEach(async () => {
  here = await mkdtemp(join(tmpdir(), 'sallyport-arrive-'));
});
afterEach(() => removeFolder(here));

/** A file whose bytes have arrived, and that has not its name yet. */
async function arrived() {
  const file = await arrive(here, 'report.pdf');
  await file.write(Buffer.from('ours'), 4, 0);
  return { file, path: join(here, 'report.pdf') };
}
const text = (name: string) => readFile(join(here, name), 'utf8');

it('a file that arrives has its name when it is kept, and nothing is left when it is dropped', async () => {
  expect(await (await arrived()).file.keep()).toBe('report.pdf');
  expect(await text('report.pdf')).toBe('ours');
  const { file } = await arrived();
  await file.drop();
  expect(await readdir(here)).toEqual(['report.pdf']);
  expect(await text('report.pdf')).toBe('ours');
});

// A disk gives a new file the number of one that is gone.
const replacements: [string, (path: string) => Promise<void>][] = [
  ['another file', (path) => rm(path).then(() => writeFile(path, 'theirs'))],
  ['a link', (path) => rm(path).then(() => symlink('/nowhere', path))],
];

it.each(replacements)('what another program has put in its place stays when it is dropped: %s', async (_what, put) => {
  const { file, path } = await arrived();
  await put(path);
  await file.drop();
  expect(await readdir(here)).toEqual(['report.pdf']);
  expect(await text('report.pdf').catch(() => 'theirs')).toBe('theirs');
});

it.each(replacements)('and when it is kept, under another name: %s', async (_what, put) => {
  const { file, path } = await arrived();
  await put(path);
  expect(await file.keep()).toBe('report (2).pdf');
  expect(await text('report (2).pdf')).toBe('ours');
  expect(await text('report.pdf').catch(() => 'theirs')).toBe('theirs');
  expect(await readdir(here)).toHaveLength(2);
});

it('it is kept under its name also when another program has removed what held it', async () => {
  const { file, path } = await arrived();
  await rm(path);
  expect(await file.keep()).toBe('report.pdf');
  expect(await text('report.pdf')).toBe('ours');
  expect(await readdir(here)).toHaveLength(1);
});

it('nothing but what another program made is left when it is dropped after it could not be kept', async () => {
  const { file } = await arrived();
  await rm(here, { recursive: true });
  await expect(file.keep()).rejects.toThrow();
  await file.drop();
});
