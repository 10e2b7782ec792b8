import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { artefactFor } from '../../../protocol/update/artefact-for.ts';
import { versionSchema } from '../../../protocol/update/feed.ts';
import { bucketOf, isOffered, offerOf } from '../../../protocol/update/rollout.ts';
import { compareVersions, isPrerelease } from '../../../protocol/update/version.ts';
import { artefactOf } from '../../support/release.ts';

const IN_ORDER = [
  '0.0.0',
  '0.0.9',
  '0.0.10',
  '0.9.0',
  '0.10.0',
  '1.0.0-alpha.1',
  '1.0.0-alpha.2',
  '1.0.0-alpha.10',
  '1.0.0-beta.1',
  '1.0.0-rc.0',
  '1.0.0',
  '1.0.1-beta.0',
  '1.0.1',
  '10.0.0',
  '999999.999999.999999',
];

test('versions are in the order of semver, each pair of them', () => {
  for (const [i, a] of IN_ORDER.entries()) {
    expect(versionSchema.safeParse(a).success, a).toBe(true);
    for (const [j, b] of IN_ORDER.entries())
      expect(Math.sign(compareVersions(a, b)), `${a} and ${b}`).toBe(Math.sign(i - j));
  }
  expect(IN_ORDER.filter(isPrerelease)).toHaveLength(6);
});

test.each([
  '',
  '1',
  '1.2',
  '1.2.3.4',
  '01.2.3',
  '1.2.3-',
  '1.2.3-beta',
  '1.2.3-beta.01',
  '1.2.3-Beta.1',
  '1.2.3+x',
  'v1.2.3',
  '1.2.-3',
  '1.2.3\n',
  '1.2.3 ',
])('%j is no version', (text) => expect(versionSchema.safeParse(text).success).toBe(false));

describe('who gets a version', () => {
  const feed = (changes: object) => ({ version: '1.2.3', paused: false, rolloutPercent: 50, ...changes });
  test.each([
    ['the same version', feed({}), '1.2.3', 0, 'not-newer'],
    ['an older version', feed({}), '1.2.4', 0, 'not-newer'],
    ['an older version before a release', feed({}), '1.3.0-beta.1', 0, 'not-newer'],
    ['a beta of what runs', feed({ version: '1.2.3-beta.9' }), '1.2.3', 0, 'not-newer'],
    ['an older version, paused', feed({ paused: true }), '2.0.0', 0, 'not-newer'],
    ['a paused one', feed({ paused: true }), '1.2.2', 0, 'paused'],
    ['a paused one for all', feed({ paused: true, rolloutPercent: 100 }), '1.2.2', 0, 'paused'],
    ['the first bucket of none', feed({ rolloutPercent: 0 }), '1.2.2', 0, 'later'],
    ['the first bucket past the end', feed({}), '1.2.2', 50, 'later'],
    ['the last bucket but one percent', feed({ rolloutPercent: 99 }), '1.2.2', 99, 'later'],
    ['the last bucket within', feed({}), '1.2.2', 49, 'now'],
    ['everybody', feed({ rolloutPercent: 100 }), '1.2.2', 99, 'now'],
    ['the release after its beta', feed({}), '1.2.3-beta.9', 0, 'now'],
  ] as const)('%s: %o on %s in %i', (_, of, running, bucket, offer) => {
    expect(offerOf(of, running, bucket)).toBe(offer);
    expect(isOffered(of, running, bucket)).toBe(offer === 'now');
  });

  test('a roll-out that widens takes from nobody what they were offered', () => {
    for (let bucket = 0; bucket < 100; bucket += 1) {
      const offered = Array.from({ length: 101 }, (_, rolloutPercent) =>
        isOffered(feed({ rolloutPercent }), '1.0.0', bucket),
      );
      expect(offered.lastIndexOf(false)).toBe(bucket);
    }
  });

  test('buckets are even, the same at each look, and others for the next version', () => {
    const ids = Array.from({ length: 20_000 }, () => randomUUID());
    const counts = Array<number>(100).fill(0);
    let same = 0;
    for (const id of ids) {
      const bucket = bucketOf(id, '1.2.3');
      counts[bucket] = (counts[bucket] ?? 0) + 1;
      expect(bucketOf(id, '1.2.3')).toBe(bucket);
      if (bucketOf(id, '1.2.4') === bucket) same += 1;
    }
    // 200 each on average, deviation 14: six of them either way.
    expect(Math.min(...counts)).toBeGreaterThan(115);
    expect(Math.max(...counts)).toBeLessThan(285);
    expect(same).toBeLessThan(300);
  });
});

describe('which installer', () => {
  const feed = {
    artefacts: [
      artefactOf({ format: 'deb', sha256: '1'.repeat(64) }),
      artefactOf({ format: 'deb', arch: 'arm64', sha256: '2'.repeat(64) }),
      artefactOf({ platform: 'darwin', format: 'zip', arch: 'universal', sha256: '3'.repeat(64) }),
      artefactOf({ platform: 'darwin', format: 'zip', arch: 'arm64', sha256: '4'.repeat(64) }),
    ],
  };
  test.each([
    ['linux', 'x64', 'deb', '1'],
    ['linux', 'arm64', 'deb', '2'],
    ['darwin', 'x64', 'zip', '3'],
    ['darwin', 'arm64', 'zip', '4'],
    ['linux', 'x64', 'rpm', undefined],
    ['linux', 'x64', 'zip', undefined],
    ['darwin', 'x64', 'dmg', undefined],
    ['win32', 'x64', 'nsis', undefined],
  ] as const)('%s %s %s', (platform, arch, format, digit) => {
    expect(artefactFor(feed, { platform, arch, format })?.sha256[0]).toBe(digit);
  });
});
