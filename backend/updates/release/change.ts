import { AppError } from '../../../protocol/errors.ts';
import { UPDATE_CHANNELS, type UpdateChannel } from '../../../protocol/update/channel.ts';
import type { Feed } from '../../../protocol/update/feed.ts';
import type { ReleaseKey } from '../../../protocol/update/keys.ts';
import { nextTrust } from '../../../protocol/update/trust.ts';
import { openFeed } from '../../../protocol/update/verify-feed.ts';
import { readOptions } from '../../cli/options.ts';
import { WrongUsage } from '../../cli/wrong-usage.ts';
import type { Standing } from '../standing.ts';
import { audienceOf, believed, keysNow, nextFeed, signedFor } from './compose.ts';
import {
  channelFrom,
  lengthFrom,
  openSigning,
  percentFrom,
  SIGNING_OPTIONS,
  type SigningWords,
  say,
} from './context.ts';
import { publicKeysFrom } from './public-keys.ts';

type Words = SigningWords & { channel: string | undefined; expires: string | undefined };

/** `release rollout PERCENT`: how many get the published version. */
export async function runRollout(words: readonly string[]): Promise<void> {
  const { options, rest } = readOptions(words, SIGNING_OPTIONS, 1);
  if (rest[0] === undefined) throw new WrongUsage('Say how many of a hundred get it: sallyport release rollout 50 ….');
  const rolloutPercent = percentFrom('The roll-out', rest[0]);
  await resign(options, [channelFrom(options.channel)], { rolloutPercent });
}

/** `release pause` and `release resume`: nobody begins meanwhile. */
export async function runPause(words: readonly string[], paused: boolean): Promise<void> {
  const { options } = readOptions(words, SIGNING_OPTIONS);
  await resign(options, [channelFrom(options.channel)], { paused });
}

/** `release renew`: the same again, with a new end; on every channel unless one is named. */
export async function runRenew(words: readonly string[]): Promise<void> {
  const { options } = readOptions(words, SIGNING_OPTIONS);
  await resign(options, options.channel === undefined ? 'all' : [channelFrom(options.channel)], {});
}

/** `release rotate`: other keys, on every channel at once: a channel left out would go on naming the old ones. */
export async function runRotate(words: readonly string[]): Promise<void> {
  const { options } = readOptions(words, { ...SIGNING_OPTIONS, add: 'list', remove: 'list' });
  if (options.channel !== undefined) throw new WrongUsage('Keys are changed on all channels: leave --channel out.');
  if (options.add.length + options.remove.length === 0)
    throw new WrongUsage('Say which keys: --add PUBLIC-KEY-OR-FILE, --remove ID.');
  const added = (await Promise.all(options.add.map(publicKeysFrom))).flat();
  await resign(options, 'all', {}, (keys) => rotated(keys, added, options.remove));
}

function rotated(keys: readonly ReleaseKey[], added: readonly ReleaseKey[], removed: readonly string[]): ReleaseKey[] {
  for (const id of removed)
    if (!keys.some((key) => key.id === id))
      throw new AppError('invalid-input', `There is no key ${id}; there are ${keys.map((key) => key.id).join(', ')}.`);
  for (const { id } of added)
    if (keys.some((key) => key.id === id)) throw new AppError('invalid-input', `${id} may sign already.`);
  const next = [...keys.filter(({ id }) => !removed.includes(id)), ...added];
  if (next.length === 0) throw new AppError('invalid-input', 'Somebody must be left who may sign.');
  if (next.length > 10) throw new AppError('invalid-input', 'At most ten keys may sign; remove some.');
  return next;
}

/** Signs what is published again, with changes and the next number. It is good for as long as it was at first. */
async function resign(
  words: Words,
  channels: readonly UpdateChannel[] | 'all',
  changes: Partial<Pick<Feed, 'paused' | 'rolloutPercent'>>,
  changeKeys: (keys: readonly ReleaseKey[]) => ReleaseKey[] = (keys) => [...keys],
): Promise<void> {
  const { place, signers, pinned } = await openSigning(words);
  let standing = believed(await place.feeds(), pinned, false);
  const published = UPDATE_CHANNELS.filter((channel) => standing.feeds[channel]);
  const chosen = channels === 'all' ? published : channels;
  if (chosen.length === 0) throw new AppError('not-found', `Nothing is published at ${place.name} yet.`);
  const keys = changeKeys(keysNow(standing, signers));
  for (const channel of chosen) {
    const base = standing.feeds[channel]?.feed;
    if (!base) throw new AppError('not-found', `Nothing is published on ${channel} at ${place.name} yet.`);
    const lifeMs =
      words.expires === undefined ? base.expiresAt - base.publishedAt : lengthFrom('--expires', words.expires);
    const audience = audienceOf(standing, channel, place, words.for);
    const feed = nextFeed(standing, channel, { ...base, ...changes, audience }, { keys, lifeMs, now: Date.now() });
    const text = signedFor(standing, feed, signers);
    await place.publish({ channel, text, feed, files: new Map(), pinned });
    const { version, rolloutPercent, paused, sequence } = feed;
    const state = paused ? 'paused' : `for ${rolloutPercent} %`;
    const until = new Date(feed.expiresAt).toISOString().slice(0, 10);
    say(`${channel}: ${version}, ${state}, believed until ${until} (publication ${sequence}).`);
    standing = moved(standing, channel, text);
  }
  say(`Keys that may sign: ${keys.map(({ id }) => id).join(', ')}.`);
}

/** How it stands after one more publication: the next channel's feed comes behind it. */
function moved(standing: Standing, channel: UpdateChannel, text: string): Standing {
  const opened = openFeed(text, standing.trust.keys);
  if (!opened.ok) throw new AppError('internal', opened.message);
  const trust = nextTrust(standing.trust, opened);
  return {
    ...standing,
    trust,
    feeds: { ...standing.feeds, [channel]: { ...opened, text } },
    sequence: opened.feed.sequence,
  };
}
