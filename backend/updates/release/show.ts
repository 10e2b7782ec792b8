import { resolve } from 'node:path';
import { durationInWords } from '../../../protocol/time.ts';
import { UPDATE_CHANNELS } from '../../../protocol/update/channel.ts';
import { type Feed, feedEnvelopeSchema, feedSchema } from '../../../protocol/update/feed.ts';
import { trustFrom } from '../../../protocol/update/trust.ts';
import { readOptions } from '../../cli/options.ts';
import { standingOf } from '../standing.ts';
import { placeAt, say } from './context.ts';
import { readPublicKeys } from './public-keys.ts';

/** `release show`: what is published, and with --trust whether those keys vouch for it. */
export async function runShow(words: readonly string[]): Promise<void> {
  const { options } = readOptions(words, { to: 'text', trust: 'text', json: 'flag' });
  const place = placeAt(options.to);
  const texts = await place.feeds();
  const keys = options.trust === undefined ? undefined : await readPublicKeys(resolve(options.trust));
  const standing = keys && standingOf(texts, trustFrom(keys));
  const shown = UPDATE_CHANNELS.flatMap((channel) => {
    const text = texts[channel];
    const verified = standing && standing.feeds[channel] !== undefined;
    return text === undefined ? [] : [{ channel, feed: read(text), verified }];
  });
  if (options.json) return say(JSON.stringify(shown));
  if (shown.length === 0) say(`Nothing is published at ${place.name} yet.`);
  for (const { channel, feed, verified } of shown)
    say(feed ? describe(feed, verified) : `${channel}: what is there is no feed.`);
}

function describe(feed: Feed, verified: boolean | undefined): string {
  const left = feed.expiresAt - Date.now();
  const believed =
    verified === undefined
      ? 'signature not compared (--trust)'
      : verified
        ? 'signature verified'
        : 'SIGNED BY NOBODY YOU TRUST';
  return [
    `${feed.channel}: ${feed.version}, ${feed.paused ? 'paused' : `for ${feed.rolloutPercent} %`}, ${believed}`,
    `  for the apps of ${feed.audience.join(', ')}`,
    `  publication ${feed.sequence} of ${new Date(feed.publishedAt).toISOString()}`,
    left > 0 ? `  expires in ${durationInWords(left)}` : '  EXPIRED: renew it',
    `  keys ${feed.keys.map(({ id }) => id).join(', ')}`,
    ...feed.artefacts.map(({ platform, arch, format, name }) => `  ${platform}/${arch}/${format}  ${name}`),
  ].join('\n');
}

function read(text: string): Feed | undefined {
  try {
    const { payload } = feedEnvelopeSchema.parse(JSON.parse(text));
    return feedSchema.parse(JSON.parse(Buffer.from(payload, 'base64').toString()));
  } catch {
    return undefined;
  }
}
