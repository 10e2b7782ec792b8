import { AppError, type ErrorCode } from '../../protocol/errors.ts';
import type { UpdateChannel } from '../../protocol/update/channel.ts';
import type { Artefact, Feed } from '../../protocol/update/feed.ts';
import type { ReleaseKey } from '../../protocol/update/keys.ts';
import { nextTrust, type Trust } from '../../protocol/update/trust.ts';
import { type FeedRefusal, type SignedFeed, verifyFeed } from '../../protocol/update/verify-feed.ts';
import { missingOf, replaceFeed, type UpdateFolder } from './folder.ts';
import { type Holder, withFolderLock } from './folder-lock.ts';
import { readStanding, type Standing } from './standing.ts';

export interface Publication {
  folder: UpdateFolder;
  /** Who publishes. A backend holds its database's lock (publishing-lock.ts). */
  holder: Holder;
  /** From whom trust grows at this folder. */
  pinned: readonly ReleaseKey[];
  /** Whose apps follow this folder: the backend's public address. `any`: a web server that nobody here knows. */
  backend: string | 'any';
  channel: UpdateChannel;
  text: string;
  /** Epoch ms. */
  now: number;
}

export type Published =
  | { live: true; feed: Feed; signedBy: string[]; trust: Trust }
  | { live: false; missing: Artefact[] };

/**
 * Puts a signed feed in place if it is one that everybody who follows this folder believes, and its files are there.
 * @param whileLocked called when all is well, with what puts the feed in place
 * @throws AppError with the sentence of the refusal
 */
export function publishFeed(
  publication: Publication,
  whileLocked: (place: () => Promise<void>, published: SignedFeed) => Promise<void>,
): Promise<Published> {
  const { folder, holder, pinned, channel, text } = publication;
  return withFolderLock(folder, holder, async () => {
    const standing = await readStanding(folder, pinned);
    const signed = acceptable(publication, standing);
    const missing = await missingOf(folder, signed.feed.artefacts);
    if (missing.length > 0) return { live: false, missing };
    await whileLocked(() => replaceFeed(folder, channel, text), signed);
    const { feed, signedBy } = signed;
    return { live: true, feed, signedBy, trust: nextTrust(standing.trust, signed) };
  });
}

/** The feed of a publication, if it comes after all that is published. @throws AppError */
export function acceptable(
  { backend, channel, text, now }: Pick<Publication, 'backend' | 'channel' | 'text' | 'now'>,
  { trust, sequence }: Standing,
): SignedFeed {
  const verdict = verifyFeed(text, trust.keys, { backend, channel, now, lastSequence: sequence + 1 });
  if (!verdict.ok) throw refusedBecause(verdict, backend);
  return verdict;
}

const STATUS: Partial<Record<FeedRefusal['code'], ErrorCode>> = {
  'unknown-key': 'not-allowed',
  'bad-signature': 'not-allowed',
  'another-place': 'not-allowed',
  older: 'wrong-state',
};

function refusedBecause({ code, message }: FeedRefusal, backend: string): AppError {
  const next = code === 'another-place' ? ` Sign it with --for ${backend}.` : '';
  return new AppError(STATUS[code] ?? 'invalid-input', `${message}${next}`);
}
