import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Feed } from '../../../protocol/update/feed.ts';
import type { ReleaseKey } from '../../../protocol/update/keys.ts';
import { releaseKeyOf } from '../../../protocol/update/release-key.ts';
import { bytesToSign } from '../../../protocol/update/verify-feed.ts';

/** Somebody who can sign releases. */
export interface Signer {
  key: ReleaseKey;
  privateKey: KeyObject;
}

export function newSigner(): Signer {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { key: releaseKeyOf(privateKey), privateKey };
}

/**
 * What stands at /updates/<channel>.json, for the apps of those backends. The signers are those whom the feed trusts too,
 * unless it says otherwise.
 */
export function signedFeed(signers: readonly Signer[], fields: Partial<Feed> & Pick<Feed, 'audience'>): string {
  const feed: Feed = {
    ...{ format: 1, channel: 'stable', sequence: 1, version: '1.1.0', notes: 'Better.', paused: false },
    ...{ publishedAt: Date.now() - 60_000, expiresAt: Date.now() + 60_000, rolloutPercent: 100, artefacts: [] },
    keys: signers.map(({ key }) => key),
    ...fields,
  };
  const payload = Buffer.from(JSON.stringify(feed));
  const signatures = signers.map(({ key, privateKey }) => ({
    keyId: key.id,
    signature: sign(null, bytesToSign(payload), privateKey).toString('base64'),
  }));
  return JSON.stringify({ payload: payload.toString('base64'), signatures });
}
