import { UPDATE_CHANNELS, type UpdateChannel } from '../../protocol/update/channel.ts';
import type { ReleaseKey } from '../../protocol/update/keys.ts';
import { nextTrust, type Trust, trustFrom, trustSchema } from '../../protocol/update/trust.ts';
import { openFeed, type SignedFeed } from '../../protocol/update/verify-feed.ts';
import { readIfThere, type UpdateFolder } from './folder.ts';

/** What is published at a place, and whom that leaves to be trusted. */
export interface Standing {
  trust: Trust;
  /** Of each channel the feed that is believed. */
  feeds: Partial<Record<UpdateChannel, SignedFeed & { text: string }>>;
  /** Channels whose feed is signed by nobody who is trusted. */
  unbelieved: UpdateChannel[];
  /** The highest sequence of all; 0 before the first publication. */
  sequence: number;
}

export type FeedTexts = Partial<Record<UpdateChannel, string | undefined>>;

/** Believes the published feeds one after the other, each by the keys that those before it have left. */
export function standingOf(texts: FeedTexts, from: Trust): Standing {
  const feeds: Standing['feeds'] = {};
  let trust = from;
  for (let channel = next(); channel; channel = next()) {
    const text = texts[channel] ?? '';
    const opened = openFeed(text, trust.keys);
    if (!opened.ok) break;
    feeds[channel] = { ...opened, text };
    trust = nextTrust(trust, opened);
  }
  const unbelieved = UPDATE_CHANNELS.filter((channel) => texts[channel] !== undefined && !feeds[channel]);
  const sequence = Math.max(...Object.values(trust.sequences));
  return { trust, feeds, unbelieved, sequence };

  /** The oldest of those that can be believed now: what it says of keys is for the newer ones. */
  function next(): UpdateChannel | undefined {
    const readable = UPDATE_CHANNELS.flatMap((channel) => {
      const text = texts[channel];
      const opened = text === undefined || feeds[channel] ? undefined : openFeed(text, trust.keys);
      return opened?.ok && opened.feed.channel === channel ? [{ channel, sequence: opened.feed.sequence }] : [];
    });
    return readable.sort((a, b) => a.sequence - b.sequence)[0]?.channel;
  }
}

/** How a folder stands. @param pinned the keys of the backend's configuration */
export async function readStanding(folder: UpdateFolder, pinned: readonly ReleaseKey[]): Promise<Standing> {
  return standingOf(await readFeeds(folder), trustFrom(pinned, await readTrust(folder)));
}

export async function readFeeds(folder: UpdateFolder): Promise<FeedTexts> {
  const texts = await Promise.all(UPDATE_CHANNELS.map((channel) => readIfThere(folder.feed(channel))));
  return Object.fromEntries(UPDATE_CHANNELS.map((channel, at) => [channel, texts[at]]));
}

/** What cannot be read counts as nothing remembered: then the pinned keys hold. */
async function readTrust(folder: UpdateFolder): Promise<Trust | undefined> {
  const text = await readIfThere(folder.trust);
  try {
    return text === undefined ? undefined : trustSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
