import { verify } from 'node:crypto';
import { sentenceOf } from '../errors.ts';
import { isFor } from './audience.ts';
import type { UpdateChannel } from './channel.ts';
import { type Feed, type FeedEnvelope, feedEnvelopeSchema, feedSchema, LARGEST_FEED, SIGNED_CONTEXT } from './feed.ts';
import type { ReleaseKey } from './keys.ts';
import { isNamedRight, verifyingKey } from './release-key.ts';

/** Why a feed is not believed. What a code means for the person is in its sentence. */
export type FeedRefusalCode =
  | 'too-long'
  | 'unreadable'
  | 'unknown-key'
  | 'bad-signature'
  | 'unknown-format'
  | 'malformed'
  | 'unproven-keys'
  | 'another-place'
  | 'another-channel'
  | 'expired'
  | 'from-the-future'
  | 'older';

export interface FeedRefusal {
  ok: false;
  code: FeedRefusalCode;
  message: string;
}

/** A feed whose signature was verified, and the trusted keys that made it. */
export interface SignedFeed {
  ok: true;
  feed: Feed;
  signedBy: string[];
}

/** What is expected of a feed. `lastSequence` is the highest one believed so far of this channel, 0 for none. */
export interface Expected {
  /** Address of the backend that is followed. `any`: for whoever keeps feeds of others and follows none. */
  backend: string | 'any';
  channel: UpdateChannel;
  /** Epoch ms. */
  now: number;
  lastSequence: number;
}

/** Clocks of desks are this far off without anybody being wrong, milliseconds. */
const CLOCK_TOLERANCE_MS = 60 * 60_000;

/**
 * Reads what stands at /updates/<channel>.json: signature first, then its content, then for whom it is and whether it
 * is news.
 * Whoever serves a feed can hold it back (until it expires) and nothing else.
 */
export function verifyFeed(text: string, trusted: readonly ReleaseKey[], expected: Expected): SignedFeed | FeedRefusal {
  const opened = openFeed(text, trusted);
  return opened.ok ? (staleness(opened.feed, expected) ?? opened) : opened;
}

/** Signature and content alone: for whoever keeps feeds and wants to see also one that has expired. */
export function openFeed(text: string, trusted: readonly ReleaseKey[]): SignedFeed | FeedRefusal {
  if (Buffer.byteLength(text) > LARGEST_FEED)
    return refusal('too-long', `The update feed is longer than ${LARGEST_FEED / 1024} KiB.`);
  const envelope = parseEnvelope(text);
  const payload = envelope && decodeBase64(envelope.payload);
  if (!payload) return refusal('unreadable', 'What the backend answers is no update feed.');
  const signers = signersOf(envelope, payload, trusted);
  if (!Array.isArray(signers)) return signers;
  return readPayload(payload, envelope, signers);
}

/** What Ed25519 signs: the context, then the payload. */
export function bytesToSign(payload: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(SIGNED_CONTEXT), payload]);
}

function signersOf(
  { signatures }: FeedEnvelope,
  payload: Uint8Array,
  trusted: readonly ReleaseKey[],
): string[] | FeedRefusal {
  const ids = new Set(trusted.filter(isNamedRight).map(({ id }) => id));
  if (!signatures.some(({ keyId }) => ids.has(keyId))) {
    const names = signatures.map(({ keyId }) => keyId).join(', ');
    return refusal('unknown-key', `The update feed is signed by a key that is not trusted here (${names}).`);
  }
  const good = goodSignatures(signatures, payload, trusted);
  if (good.length > 0) return good;
  return refusal('bad-signature', 'The signature of the update feed is wrong: it was altered on its way.');
}

/** The ids of those keys whose signature is right. One of them is enough: another's bad one takes nothing away from it. */
function goodSignatures(
  signatures: FeedEnvelope['signatures'],
  payload: Uint8Array,
  keys: readonly ReleaseKey[],
): string[] {
  const bytes = bytesToSign(payload);
  const good = keys.filter(
    (key) =>
      isNamedRight(key) &&
      signatures.some(({ keyId, signature }) => keyId === key.id && isSignature(bytes, signature, key)),
  );
  return [...new Set(good.map(({ id }) => id))];
}

function isSignature(bytes: Uint8Array, text: string, { publicKey }: ReleaseKey): boolean {
  const signature = decodeBase64(text);
  return signature !== undefined && verify(null, bytes, verifyingKey(publicKey), signature);
}

function readPayload(payload: Uint8Array, envelope: FeedEnvelope, signedBy: string[]): SignedFeed | FeedRefusal {
  const content = parseJson(decodeUtf8(payload));
  const { format } = (content ?? {}) as { format?: unknown };
  if (typeof format === 'number' && format !== 1)
    return refusal('unknown-format', 'The update feed is for newer versions of Sallyport; install one by hand.');
  const parsed = feedSchema.safeParse(content);
  if (!parsed.success)
    return refusal('malformed', `The update feed is signed, but ${sentenceOf(parsed.error).message}`);
  const feed = parsed.data;
  const wrong = contradictionIn(feed);
  if (wrong) return refusal('malformed', `The update feed is signed, but ${wrong}.`);
  // Otherwise whoever follows it could not believe it a second time.
  if (goodSignatures(envelope.signatures, payload, feed.keys).length === 0)
    return refusal('unproven-keys', 'The update feed is not signed by any of the keys that it says are to be trusted.');
  return { ok: true, feed, signedBy };
}

function contradictionIn({ keys, artefacts, publishedAt, expiresAt }: Feed): string | undefined {
  if (!keys.every(isNamedRight)) return 'one of its keys has the name of another';
  if (new Set(keys.map(({ id }) => id)).size < keys.length) return 'it names a key twice';
  if (expiresAt <= publishedAt) return 'it expired before it was published';
  const kinds = artefacts.map(({ platform, arch, format }) => `${platform}/${arch}/${format}`);
  if (new Set(kinds).size < kinds.length) return 'it has two installers of one kind';
  return undefined;
}

function staleness(feed: Feed, { backend, channel, now, lastSequence }: Expected): FeedRefusal | undefined {
  if (backend !== 'any' && !isFor(feed.audience, backend))
    return refusal(
      'another-place',
      `The update feed is for the apps of ${feed.audience.join(', ')}, not of ${backend}.`,
    );
  if (feed.channel !== channel)
    return refusal('another-channel', `The update feed is that of the channel "${feed.channel}", not "${channel}".`);
  if (feed.publishedAt > now + CLOCK_TOLERANCE_MS)
    return refusal('from-the-future', "The update feed was published in the future: check this computer's clock.");
  if (feed.sequence < lastSequence)
    return refusal('older', `The update feed is older (${feed.sequence}) than one already seen (${lastSequence}).`);
  if (feed.expiresAt <= now)
    return refusal('expired', 'The update feed has expired: nobody renewed it, or newer ones are held back.');
  return undefined;
}

function parseEnvelope(text: string): FeedEnvelope | undefined {
  return feedEnvelopeSchema.safeParse(parseJson(text)).data;
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Strict: what node passes over (spaces, other alphabets, a missing end) is refused. */
function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function refusal(code: FeedRefusalCode, message: string): FeedRefusal {
  return { ok: false, code, message };
}
