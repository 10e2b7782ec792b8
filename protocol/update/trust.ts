import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { UpdateChannel } from './channel.ts';
import { keyIdSchema, publicKeySchema, type ReleaseKey } from './keys.ts';
import type { SignedFeed } from './verify-feed.ts';

/*
 *  pinned keys (came with the app, or IT said them)
 *       │ nothing remembered, or remembered of other pinned keys
 *       ▼
 *    trust ──── a feed signed by one of its keys ───▶ trust of the feed's keys
 *
 * The sequence is one row of numbers for all channels of a place. So an older feed of another channel cannot bring back
 * a key that a newer feed took out.
 */

/** What somebody who follows feeds keeps between two looks. */
export const trustSchema = z.object({
  /** Of which pinned keys this has grown. */
  pinned: z.string(),
  keys: z.array(z.object({ id: keyIdSchema, publicKey: publicKeySchema })).min(1),
  /** The sequence of the feed that `keys` are from; 0 for the pinned ones. */
  keysSequence: z.number().int().nonnegative(),
  /** The highest sequence believed of each channel; 0 for none. */
  sequences: z.object({
    stable: z.number().int().nonnegative(),
    beta: z.number().int().nonnegative(),
  }) satisfies z.ZodType<Record<UpdateChannel, number>>,
});
export type Trust = z.infer<typeof trustSchema>;

/**
 * Whom to trust now: what was remembered, unless it has grown from other pinned keys than today's. Pinning other keys
 * is also the way out after a thief of a key has published: it forgets the thief's keys and sequences.
 */
export function trustFrom(pinned: readonly ReleaseKey[], remembered?: Trust | undefined): Trust {
  const root = digestOf(pinned);
  if (remembered?.pinned === root) return remembered;
  const sequences = { stable: 0, beta: 0 };
  return { pinned: root, keys: pinned.map(({ id, publicKey }) => ({ id, publicKey })), keysSequence: 0, sequences };
}

/** Whom to trust after a feed was believed (`verifyFeed` with the keys of `trust`). Nothing else moves trust. */
export function nextTrust(trust: Trust, { feed, signedBy }: SignedFeed): Trust {
  if (!signedBy.some((id) => trust.keys.some((key) => key.id === id))) return trust;
  const sequences = { ...trust.sequences, [feed.channel]: Math.max(trust.sequences[feed.channel], feed.sequence) };
  if (feed.sequence <= trust.keysSequence) return { ...trust, sequences };
  return { ...trust, sequences, keys: feed.keys, keysSequence: feed.sequence };
}

/** The same for the same keys in any order. */
function digestOf(keys: readonly ReleaseKey[]): string {
  const lines = keys.map(({ id, publicKey }) => `${id} ${publicKey}`).sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}
