import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aboutOf, type Copy, licencesOf } from '../../../main/about/about.ts';
import { NOTICE_RULE } from '../../../protocol/notices.ts';

let folder: string;
let copy: Copy;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-about-'));
  writeFileSync(join(folder, 'package.json'), '{"license":"MIT"}');
  copy = {
    ...{ isPackaged: true, executable: process.execPath, resourcesPath: folder },
    manifest: join(folder, 'package.json'),
  };
});
afterEach(() => rmSync(folder, { recursive: true }));

it('this copy of the app says its own licence, and what it runs on', () => {
  expect(aboutOf({ ...copy, isPackaged: false })).toMatchObject({
    ...{ licence: 'MIT', node: process.versions.node, installedFrom: 'its source' },
    system: expect.stringMatching(/^\w+ \S+, \w+$/),
  });
});

describe('the licences', () => {
  it('are those beside the archive, with Electron’s first', async () => {
    const program = join(folder, 'sallyport-desktop');
    writeFileSync(
      join(folder, 'third-party-notices.txt'),
      `Words.\n${NOTICE_RULE}\nasn1 0.2.6\nMIT\n\nThe text.\n${NOTICE_RULE}\n`,
    );
    writeFileSync(join(folder, 'LICENSE.electron.txt'), 'Electron’s text.\n');
    const { packages, chromium } = await licencesOf({ ...copy, executable: program });
    expect(packages.map(({ name, text }) => [name, text])).toEqual([
      ['electron', 'Electron’s text.'],
      ['asn1', 'The text.'],
    ]);
    expect(chromium).toBe(join(folder, 'LICENSES.chromium.html'));
  });

  it.each<[string, () => void, RegExp]>([
    ['of an app that is not packaged', () => Object.assign(copy, { isPackaged: false }), /runs from its source/],
    ['that are not there', () => undefined, /Install Sallyport again/],
    [
      'of a file that holds none',
      () => writeFileSync(join(folder, 'third-party-notices.txt'), 'x'),
      /Install Sallyport again/,
    ],
  ])('%s are refused with what to do', async (_what, prepare, message) => {
    prepare();
    await expect(licencesOf(copy)).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringMatching(message),
    });
  });
});
