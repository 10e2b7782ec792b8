import { z } from 'zod';
import { momentSchema } from '../model/identity.ts';
import { audienceSchema } from './audience.ts';
import { updateChannelSchema } from './channel.ts';
import { keyIdSchema, publicKeySchema } from './keys.ts';

/*
 * What stands under /updates/ of an org backend. The feed of a channel is one small file, signed as a whole; whoever
 * serves it is trusted with nothing but being there.
 *
 *   /updates/<channel>.json        the envelope below
 *   /updates/files/<sha256>        an installer, named by its hash
 *
 * The signature is Ed25519 (RFC 8032) over the bytes of `SIGNED_CONTEXT` followed by those that `payload` encodes.
 */

export const SIGNED_CONTEXT = 'sallyport update feed v1\n';
/** No feed is longer, bytes. */
export const LARGEST_FEED = 256 * 1024;

export const feedEnvelopeSchema = z.strictObject({
  /** The payload's exact bytes, UTF-8 JSON, in base64. */
  payload: z.string().max(LARGEST_FEED),
  signatures: z
    .array(z.strictObject({ keyId: keyIdSchema, signature: z.string().regex(/^[A-Za-z0-9+/]{86}==$/) }))
    .min(1)
    .max(10),
});
export type FeedEnvelope = z.infer<typeof feedEnvelopeSchema>;

/** MAJOR.MINOR.PATCH, or with -NAME.N behind it (https://semver.org, without build metadata). */
export const versionSchema = z
  .string()
  .max(40)
  .regex(/^(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})(-[a-z]{1,12}\.(0|[1-9]\d{0,5}))?$/);

export const artefactSchema = z.object({
  platform: z.enum(['linux', 'darwin', 'win32']),
  arch: z.enum(['x64', 'arm64', 'universal']),
  format: z.enum(['AppImage', 'tar.gz', 'deb', 'rpm', 'pacman', 'nsis', 'msi', 'dmg', 'zip', 'pkg']),
  /** For people who look at it; never used as a path. */
  name: z.string().regex(/^[A-Za-z0-9._-]{1,120}$/),
  bytes: z
    .number()
    .int()
    .positive()
    .max(2 * 1024 ** 3),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Artefact = z.infer<typeof artefactSchema>;

/** One release of a channel, and who gets it. What later formats add is passed over. */
export const feedSchema = z.object({
  format: z.literal(1),
  /** The same keys may serve several backends: what is signed for one is believed at no other. */
  audience: audienceSchema,
  channel: updateChannelSchema,
  /**
   * Grows by each publication, so that an older feed, correctly signed, is not taken for news. One row of numbers for all
   * channels (see trust.ts).
   */
  sequence: z.number().int().positive(),
  publishedAt: momentSchema,
  /** After this the feed is not believed: whoever holds back a newer one is noticed. */
  expiresAt: momentSchema,
  version: versionSchema,
  notes: z.string().max(4_000),
  /** Nobody begins an update meanwhile. */
  paused: z.boolean(),
  /** Of a hundred installations, how many get it (see rollout.ts). */
  rolloutPercent: z.number().int().min(0).max(100),
  /** The whole set of keys that may sign from now on. A change is believed once it is signed by a key of the old set. */
  keys: z
    .array(z.object({ id: keyIdSchema, publicKey: publicKeySchema }))
    .min(1)
    .max(10),
  artefacts: z.array(artefactSchema).max(50),
});
export type Feed = z.infer<typeof feedSchema>;
