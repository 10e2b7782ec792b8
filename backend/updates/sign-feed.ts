import { type KeyObject, sign } from 'node:crypto';
import { type Feed, type FeedEnvelope, feedSchema } from '../../protocol/update/feed.ts';
import { releaseKeyOf } from '../../protocol/update/release-key.ts';
import { bytesToSign } from '../../protocol/update/verify-feed.ts';

/** The text of a published feed, signed by each of the private keys. */
export function signFeed(feed: Feed, keys: readonly KeyObject[]): string {
  const payload = Buffer.from(JSON.stringify(feedSchema.parse(feed)));
  return `${JSON.stringify({ payload: payload.toString('base64'), signatures: signPayload(payload, keys) })}\n`;
}

/** Ed25519 over any payload. */
export function signPayload(payload: Uint8Array, keys: readonly KeyObject[]): FeedEnvelope['signatures'] {
  const bytes = bytesToSign(payload);
  return keys.map((key) => ({ keyId: releaseKeyOf(key).id, signature: sign(null, bytes, key).toString('base64') }));
}
