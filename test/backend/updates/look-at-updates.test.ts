import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lookAtUpdates } from '../../../backend/updates/look-at-updates.ts';
import { artefactOf, BACKEND, DAY_MS, newSigner, PUBLISHED_AT, published } from '../../support/release.ts';

const [ann, eve] = [newSigner(), newSigner()];
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-test-'));
  await mkdir(join(folder, 'files'));
  await writeFile(join(folder, 'files', 'a'.repeat(64)), '0123456789');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test.each<[string, Record<string, string>, number, ['ok' | 'warning' | 'wrong', RegExp][]]>([
  ['nothing', {}, 0, [['warning', /Nothing is published/]]],
  ['a feed of today', { stable: published([ann]) }, 0, [['ok', /stable is at 1\.2\.3, for 100 %, for 720 h/]]],
  ['a paused one', { stable: published([ann], { paused: true }) }, 0, [['ok', /paused/]]],
  ['one that ends next week', { stable: published([ann]) }, 24, [['warning', /expires in 144 h.*renew/]]],
  ['one that has ended', { stable: published([ann]) }, 30, [['wrong', /has expired.*renew/]]],
  ['one of a stranger', { stable: published([eve]) }, 0, [['wrong', /none of the keys/]]],
  [
    'one for another backend',
    { stable: published([ann], { audience: ['https://b.example.com'] }) },
    0,
    [['wrong', /not of https:\/\/sallyport.*renew --for/]],
  ],
  ['no feed at all', { stable: 'x' }, 0, [['wrong', /none of the keys/]]],
  [
    'one without its files',
    { stable: published([ann], { artefacts: [artefactOf({ bytes: 11 })] }) },
    0,
    [['wrong', /x64\.tar\.gz\): publish/]],
  ],
  [
    'two channels',
    { beta: published([ann], { channel: 'beta', sequence: 6 }), stable: published([eve]) },
    0,
    [
      ['wrong', /feed of stable/],
      ['ok', /beta is at/],
    ],
  ],
  [
    'keys that were changed since',
    { stable: published([ann, eve]), beta: published([eve], { channel: 'beta', sequence: 6 }) },
    0,
    [
      ['ok', /stable is/],
      ['ok', /beta is/],
    ],
  ],
])('doctor on %s', async (_, feeds, days, found) => {
  for (const [channel, text] of Object.entries(feeds)) await writeFile(join(folder, `${channel}.json`), text);
  const findings = await lookAtUpdates({ path: folder, keys: [ann], publicUrl: BACKEND }, PUBLISHED_AT + days * DAY_MS);
  expect(findings).toEqual(
    found.map(([verdict, sentence]) => ({ check: 'updates', verdict, sentence: expect.stringMatching(sentence) })),
  );
});

test('without keys nobody can say whose a feed is', async () => {
  await writeFile(join(folder, 'stable.json'), published([ann]));
  expect(await lookAtUpdates({ path: folder, keys: [], publicUrl: BACKEND }, PUBLISHED_AT)).toMatchObject([
    { verdict: 'warning' },
  ]);
});

test('a folder that may not be read is said to be so', async () => {
  await mkdir(join(folder, 'stable.json'));
  expect(await lookAtUpdates({ path: folder, keys: [ann], publicUrl: BACKEND }, PUBLISHED_AT)).toMatchObject(
    [{ verdict: 'wrong', sentence: /cannot be read/ }].map((f) => ({
      ...f,
      sentence: expect.stringMatching(f.sentence),
    })),
  );
});
