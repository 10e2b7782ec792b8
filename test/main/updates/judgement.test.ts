import { describe, expect, it } from 'vitest';
import { judge, type Situation } from '../../../main/updates/judgement.ts';
import type { Artefact, Feed } from '../../../protocol/update/feed.ts';
import { bucketOf } from '../../../protocol/update/rollout.ts';

const artefact: Artefact = {
  ...{ platform: 'linux', arch: 'x64', format: 'tar.gz', name: 'S.tar.gz', bytes: 10, sha256: 'a'.repeat(64) },
};
const feed: Feed = {
  ...{
    format: 1,
    audience: ['https://sallyport.example.com'],
    channel: 'stable',
    sequence: 3,
    publishedAt: 1,
    expiresAt: 2,
    version: '1.1.0',
    notes: '',
  },
  ...{ paused: false, rolloutPercent: 100, keys: [], artefacts: [artefact] },
};
const situation: Situation = {
  ...{ runningVersion: '1.0.0', installationId: 'b'.repeat(32), platform: 'linux', arch: 'x64', mayInstall: true },
  installation: { kind: 'own', shape: 'folder', path: '/p', format: 'tar.gz' },
};
const bucket = bucketOf(situation.installationId, '1.1.0');

describe('what follows from a feed', () => {
  it.each<[string, Partial<Feed>, Partial<Situation>, object]>([
    ['the same version', { version: '1.0.0' }, {}, { kind: 'nothing' }],
    ['an older version', { version: '0.9.9' }, {}, { kind: 'nothing' }],
    ['the beta of what runs', { version: '1.0.0-beta.2' }, {}, { kind: 'nothing' }],
    ['a pause', { paused: true }, {}, { kind: 'nothing' }],
    ['a pause, although the person wants it', { paused: true }, { mayInstall: true }, { kind: 'nothing' }],
    ['a roll-out to nobody', { rolloutPercent: 0 }, {}, { kind: 'nothing' }],
    ['a roll-out that has not come here', { rolloutPercent: bucket }, {}, { kind: 'nothing' }],
    ['a roll-out that has just come here', { rolloutPercent: bucket + 1 }, {}, { kind: 'install', artefact }],
    [
      'a package manager',
      {},
      { installation: { kind: 'others', how: 'apt' } },
      { kind: 'say', how: 'apt', installable: false },
    ],
    [
      'a package manager and an older version',
      { version: '0.1.0' },
      { installation: { kind: 'others', how: 'apt' } },
      { kind: 'nothing' },
    ],
    [
      'nothing for this kind of installation',
      { artefacts: [{ ...artefact, format: 'deb' }] },
      {},
      { kind: 'say', installable: false },
    ],
    [
      'nothing for this processor',
      { artefacts: [{ ...artefact, arch: 'arm64' }] },
      {},
      { kind: 'say', installable: false },
    ],
    [
      'nothing for this system',
      { artefacts: [{ ...artefact, platform: 'darwin' }] },
      {},
      { kind: 'say', installable: false },
    ],
    ['a processor that no release is for', {}, { arch: 'riscv64' }, { kind: 'say', installable: false }],
    ['the wish to be told only', {}, { mayInstall: false }, { kind: 'say', installable: true }],
    ['all that is needed', {}, {}, { kind: 'install', artefact }],
  ])('%s', (_name, fields, around, judgement) => {
    expect(judge({ ...feed, ...fields }, { ...situation, ...around })).toMatchObject(judgement);
  });
});
