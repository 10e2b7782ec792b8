import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../../scripts/folders.ts';
import { compiledIn } from '../../scripts/packaging/backend/compiled.ts';
import { dependenciesFor, neededLibraries } from '../../scripts/packaging/backend/needed-libraries.ts';

const SSHCRYPTO = join(ROOT, 'node_modules/ssh2/lib/protocol/crypto/build/Release');

test.each<[string, [string, string][], RegExp]>([
  ['nothing that is known', [], /name no version of glibc/],
  ["Ubuntu 24.04's glibc", [['GLIBC', '2.38']], /needs glibc 2\.38, and Ubuntu 22\.04 has 2\.35/],
  ['one a little newer than Ubuntu 22.04', [['GLIBC', '2.36']], /2\.36/],
  [
    "Ubuntu 24.04's libstdc++",
    [
      ['GLIBC', '2.28'],
      ['GLIBCXX', '3.4.32'],
    ],
    /GLIBCXX_3\.4\.32/,
  ],
])('%s is no package', (_, versions, sentence) => {
  expect(() => dependenciesFor(versions)).toThrow(sentence);
});

test.each<[[string, string][], string[]]>([
  [
    [
      ['GLIBC', '2.2.5'],
      ['GLIBC', '2.28'],
      ['GLIBC', '2.9'],
    ],
    ['libc6 (>= 2.28)'],
  ],
  [[['GLIBC', '2.35']], ['libc6 (>= 2.35)']],
  [
    [
      ['GLIBC', '2.34'],
      ['GLIBCXX', '3.4'],
      ['GLIBCXX', '3.4.9'],
    ],
    ['libc6 (>= 2.34)', 'libstdc++6 (>= 5)'],
  ],
  [
    [
      ['GLIBC', '2.28'],
      ['GLIBCXX', '3.4.25'],
    ],
    ['libc6 (>= 2.28)', 'libstdc++6 (>= 8)'],
  ],
  [
    [
      ['GLIBC', '2.28'],
      ['GLIBCXX', '3.4.26'],
    ],
    ['libc6 (>= 2.28)', 'libstdc++6 (>= 9)'],
  ],
])('%j wants %j', (versions, dependencies) => expect(dependenciesFor(versions)).toEqual(dependencies));

test('what is compiled is found by its first bytes, and asked itself', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-compiled-'));
  try {
    await writeFile(join(folder, 'text.node'), 'x');
    await writeFile(join(folder, 'empty.so'), '');
    await symlink(process.execPath, join(folder, 'node'));
    expect(await compiledIn(folder)).toEqual([]);
    const parts = (await compiledIn(SSHCRYPTO)).filter((path) => path.endsWith('sshcrypto.node'));
    expect(parts).toContain(join(SSHCRYPTO, 'sshcrypto.node'));
    expect(await neededLibraries(parts)).toEqual([expect.stringMatching(/^libc6 \(>= 2\.\d+\)$/), expect.any(String)]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
