import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { signFeed } from '../../backend/updates/sign-feed.ts';
import type { Artefact, Feed } from '../../protocol/update/feed.ts';
import type { ReleaseKey } from '../../protocol/update/keys.ts';
import { releaseKeyOf } from '../../protocol/update/release-key.ts';

/** Somebody who signs updates. */
export interface Signer extends ReleaseKey {
  key: KeyObject;
}

export function newSigner(): Signer {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { key: privateKey, ...releaseKeyOf(privateKey) };
}

export function publicHalf({ id, publicKey }: ReleaseKey): ReleaseKey {
  return { id, publicKey };
}

/** The backend that the feeds below are for. */
export const BACKEND = 'https://sallyport.example.com';
/** 2026-01-01T00:00:00Z, when the feeds below are published. */
export const PUBLISHED_AT = Date.UTC(2026, 0, 1);
export const DAY_MS = 24 * 3600_000;

/** A release for everybody, good for 30 days. */
export function feedOf(keys: readonly ReleaseKey[], changes: Partial<Feed> = {}): Feed {
  return {
    format: 1,
    audience: [BACKEND],
    channel: 'stable',
    sequence: 5,
    publishedAt: PUBLISHED_AT,
    expiresAt: PUBLISHED_AT + 30 * DAY_MS,
    version: '1.2.3',
    notes: 'Better.',
    paused: false,
    rolloutPercent: 100,
    keys: keys.map(publicHalf),
    artefacts: [artefactOf({})],
    ...changes,
  };
}

export function artefactOf(changes: Partial<Artefact>): Artefact {
  const sha256 = 'a'.repeat(64);
  const name = 'Sallyport-1.2.3-linux-x64.tar.gz';
  return { platform: 'linux', arch: 'x64', format: 'tar.gz', name, bytes: 10, sha256, ...changes };
}

/** The text of a feed, signed by those whose keys it names. */
export function published(signers: readonly Signer[], changes: Partial<Feed> = {}): string {
  return signFeed(
    feedOf(signers, changes),
    signers.map(({ key }) => key),
  );
}
