import type { KeyObject } from 'node:crypto';
import { AppError } from '../../../protocol/errors.ts';
import { audienceSchema, isFor, originOf } from '../../../protocol/update/audience.ts';
import type { UpdateChannel } from '../../../protocol/update/channel.ts';
import type { Feed } from '../../../protocol/update/feed.ts';
import type { ReleaseKey } from '../../../protocol/update/keys.ts';
import { releaseKeyOf } from '../../../protocol/update/release-key.ts';
import { trustFrom } from '../../../protocol/update/trust.ts';
import { verifyFeed } from '../../../protocol/update/verify-feed.ts';
import { WrongUsage } from '../../cli/wrong-usage.ts';
import { signFeed } from '../sign-feed.ts';
import { type FeedTexts, type Standing, standingOf } from '../standing.ts';
import type { Place } from './place.ts';

export const DAY_MS = 24 * 3600_000;
export const USUAL_LIFE_MS = 30 * DAY_MS;

/** What is published, as whoever signs believes it. @throws AppError when it is signed by somebody else */
export function believed(texts: FeedTexts, pinned: readonly ReleaseKey[], anew: boolean): Standing {
  if (anew) return standingOf({}, trustFrom(pinned));
  const standing = standingOf(texts, trustFrom(pinned));
  const [channel] = standing.unbelieved;
  if (channel === undefined) return standing;
  throw new AppError(
    'not-allowed',
    `What is published on ${channel} is signed by none of your keys. If a colleague's key did it, say --trust with their ` +
      'public keys, from the colleague and not from there. After a key was lost or stolen, publish with --anew.',
  );
}

/** Who may sign from now on: as published, or in the beginning who signs. */
export function keysNow(standing: Standing, signers: readonly KeyObject[]): ReleaseKey[] {
  return standing.sequence === 0 ? signers.map(releaseKeyOf) : standing.trust.keys;
}

/**
 * For whose apps the next feed of a channel is: as said, else as it is published, else those of the place.
 * @param said addresses of --for @throws AppError when that is not known, or what is published there is for others
 */
export function audienceOf(
  standing: Standing,
  channel: UpdateChannel,
  { name, origin }: Pick<Place, 'name' | 'origin'>,
  said: readonly string[],
): string[] {
  if (said.length > 0) return audienceSaid(said);
  const bySequence = Object.values(standing.feeds).sort((a, b) => b.feed.sequence - a.feed.sequence);
  const published = (standing.feeds[channel] ?? bySequence[0])?.feed.audience;
  if (!published) {
    if (origin !== undefined) return [origin];
    throw new WrongUsage(
      'Say whose apps it is for: --for https://sallyport.example.com, the address that they are set to.',
    );
  }
  // Otherwise a backend could show the feed of another, and have it signed anew for that one's apps.
  if (origin !== undefined && !isFor(published, origin))
    throw new AppError(
      'not-allowed',
      `What is published at ${name} is for the apps of ${published.join(', ')}: say --for with the address that its apps are set to.`,
    );
  return published;
}

function audienceSaid(said: readonly string[]): string[] {
  const origins = said.map((word) => {
    const origin = originOf(word);
    if (origin !== undefined && new URL(word).href === `${origin}/`) return origin;
    throw new WrongUsage(
      `--for is the address of a backend alone, such as https://sallyport.example.com, not ${word}.`,
    );
  });
  const audience = audienceSchema.safeParse([...new Set(origins)]);
  if (!audience.success) throw new WrongUsage('A release is for ten addresses at most: say --for less often.');
  return audience.data;
}

/** The next feed: what it does not say anew is as it was. @throws AppError when this computer's clock is behind */
export function nextFeed(
  standing: Standing,
  channel: UpdateChannel,
  base: Pick<Feed, 'audience' | 'version' | 'notes' | 'paused' | 'rolloutPercent' | 'artefacts'>,
  more: { keys: ReleaseKey[]; lifeMs: number; now: number },
): Feed {
  const latest = Math.max(0, ...Object.values(standing.feeds).map(({ feed }) => feed.publishedAt));
  if (more.now < latest)
    throw new AppError('invalid-input', "The clock of this computer is behind that of the last publication's.");
  return {
    ...base,
    format: 1,
    channel,
    sequence: standing.sequence + 1,
    publishedAt: more.now,
    expiresAt: more.now + more.lifeMs,
    keys: more.keys,
  };
}

/**
 * Signs a feed, and reads it again as those will who have believed what was published so far.
 * @throws AppError when they would not believe it
 */
export function signedFor(standing: Standing, feed: Feed, signers: readonly KeyObject[]): string {
  const ids = signers.map((key) => releaseKeyOf(key).id);
  const mayNow = standing.sequence === 0 ? feed.keys : standing.trust.keys;
  if (!mayNow.some(({ id }) => ids.includes(id)))
    throw new AppError('not-allowed', `${ids.join(', ')}: none of these keys may sign releases here.`);
  if (!feed.keys.some(({ id }) => ids.includes(id)))
    throw new AppError(
      'not-allowed',
      'Sign with a key that stays, too: nobody would believe a set of keys that did not sign.',
    );
  const text = signFeed(feed, signers);
  const expected = {
    backend: 'any',
    channel: feed.channel,
    now: feed.publishedAt,
    lastSequence: standing.sequence + 1,
  };
  for (const keys of [mayNow, feed.keys]) {
    const verdict = verifyFeed(text, keys, expected);
    if (!verdict.ok)
      throw new AppError('invalid-input', `Not published, as nobody would believe it: ${verdict.message}`);
  }
  return text;
}
