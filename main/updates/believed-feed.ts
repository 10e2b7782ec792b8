import { AppError, type ErrorCode } from '../../protocol/errors.ts';
import type { UpdateChannel } from '../../protocol/update/channel.ts';
import { type Feed, LARGEST_FEED } from '../../protocol/update/feed.ts';
import { type FeedRefusalCode, verifyFeed } from '../../protocol/update/verify-feed.ts';
import { type Fetch, unreachable } from '../connection/call.ts';
import type { KeptTrust, PinnedKeys } from './kept-trust.ts';

/** Longest wait for a feed, ms. */
const TIMEOUT_MS = 15_000;

export interface FeedPlace {
  /** Origin of the backend. */
  backend: string;
  channel: UpdateChannel;
}

interface Means {
  fetch: Fetch;
  trust: KeptTrust;
  pinned: PinnedKeys;
  now: () => number;
}

/**
 * The feed of a channel, once its signature is verified; nothing of it is read before. undefined when this backend never
 * had one. @throws AppError
 */
export async function believedFeed(place: FeedPlace, { fetch, trust, pinned, now }: Means): Promise<Feed | undefined> {
  const { backend, channel } = place;
  const trusted = await trust.of(backend, pinned);
  const lastSequence = trusted.sequences[channel];
  const text = await feedText(place, fetch);
  if (text === undefined) {
    if (lastSequence === 0) return undefined;
    throw new AppError('not-found', `${new URL(backend).host} has no update feed any more. Tell your IT.`);
  }
  const answer = verifyFeed(text, trusted.keys, { backend, channel, now: now(), lastSequence });
  if (!answer.ok) throw new AppError(codeOf(answer.code), `${answer.message} ${nextStep(answer.code)}`.trim());
  await trust.believed(backend, pinned, trusted, answer);
  return answer.feed;
}

/** Nothing that another try, or another day, makes right. */
const NOT_OURS = new Set<FeedRefusalCode>(['unknown-key', 'bad-signature', 'unproven-keys', 'another-place']);

function codeOf(code: FeedRefusalCode): ErrorCode {
  return NOT_OURS.has(code) ? 'not-allowed' : 'unavailable';
}

function nextStep(code: FeedRefusalCode): string {
  return code === 'from-the-future' || code === 'unknown-format' ? '' : 'Tell your IT; this version goes on.';
}

/** What the backend answers, undefined for 404. */
async function feedText({ backend, channel }: FeedPlace, fetch: Fetch): Promise<string | undefined> {
  try {
    const response = await fetch(new URL(`/updates/${channel}.json`, backend).href, {
      headers: { accept: 'application/json' },
      redirect: 'error',
      cache: 'no-store',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.status === 200) return await shortText(response);
    response.body?.cancel().catch(() => undefined);
    if (response.status === 404) return undefined;
    throw new AppError('unavailable', `${new URL(backend).host} answered with status ${response.status} for its feed.`);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw unreachable(backend, error);
  }
}

async function shortText(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    length += part.value.byteLength;
    if (length > LARGEST_FEED) {
      reader?.cancel().catch(() => undefined);
      throw new AppError('unavailable', 'The answer is longer than any update feed. Tell your IT.');
    }
    pieces.push(part.value);
  }
  return Buffer.concat(pieces).toString('utf8');
}
