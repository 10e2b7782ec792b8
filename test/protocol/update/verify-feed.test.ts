import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { signFeed, signPayload } from '../../../backend/updates/sign-feed.ts';
import { type FeedEnvelope, LARGEST_FEED } from '../../../protocol/update/feed.ts';
import { keyIdOf, releaseKeyOf, verifyingKey } from '../../../protocol/update/release-key.ts';
import { type Expected, openFeed, verifyFeed } from '../../../protocol/update/verify-feed.ts';
import {
  artefactOf,
  BACKEND,
  DAY_MS,
  feedOf,
  newSigner,
  PUBLISHED_AT,
  publicHalf,
  published,
} from '../../support/release.ts';

const [ann, ben, eve] = [newSigner(), newSigner(), newSigner()];
const NOW = PUBLISHED_AT + DAY_MS;
const EXPECTED: Expected = { backend: BACKEND, channel: 'stable', now: NOW, lastSequence: 5 };
const good = published([ann]);

const envelopeOf = (text: string): FeedEnvelope => JSON.parse(text);
const changed = (text: string, change: (envelope: FeedEnvelope) => unknown): string => {
  const envelope = envelopeOf(text);
  return JSON.stringify(change(envelope) ?? envelope);
};
/** Any payload at all, signed by Ann. */
const signedByAnn = (payload: string | Uint8Array): string => {
  const bytes = Buffer.from(payload);
  return JSON.stringify({ payload: bytes.toString('base64'), signatures: signPayload(bytes, [ann.key]) });
};
const annSays = (changes: object): string => signedByAnn(JSON.stringify({ ...feedOf([ann]), ...changes }));
const withLastBitFlipped = (base64: string): string => {
  const bytes = Buffer.from(base64, 'base64');
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  return bytes.toString('base64');
};

describe('what is not believed', () => {
  test.each<[string, string, string, Partial<Expected>?]>([
    ['nothing', '', 'unreadable'],
    ['a page of somebody else', '<!doctype html><title>Sign in to the Wi-Fi</title>', 'unreadable'],
    ['null', 'null', 'unreadable'],
    ['a list', '[]', 'unreadable'],
    ['a feed cut short', good.slice(0, -20), 'unreadable'],
    ['a feed without signatures', changed(good, (e) => ({ ...e, signatures: [] })), 'unreadable'],
    ['an envelope with more in it', changed(good, (e) => ({ ...e, also: 1 })), 'unreadable'],
    [
      'more signatures than ten',
      changed(good, (e) => ({ ...e, signatures: Array(11).fill(e.signatures[0]) })),
      'unreadable',
    ],
    ['a payload with spaces in it', changed(good, (e) => ({ ...e, payload: ` ${e.payload}` })), 'unreadable'],
    [
      'a payload in another alphabet',
      changed(good, (e) => ({ ...e, payload: `${e.payload.slice(0, -2)}-_` })),
      'unreadable',
    ],
    [
      'a signature of 63 bytes',
      changed(good, (e) => ({ ...e, signatures: [{ keyId: ann.id, signature: Buffer.alloc(63).toString('base64') }] })),
      'unreadable',
    ],
    ['more than a feed may be', good + ' '.repeat(LARGEST_FEED), 'too-long'],
    ['a feed of somebody else', published([eve]), 'unknown-key'],
    [
      'a feed of somebody else in our name',
      changed(published([eve]), (e) => ({ ...e, signatures: [{ ...e.signatures[0], keyId: ann.id }] })),
      'bad-signature',
    ],
    [
      'another payload under our signature',
      changed(good, (e) => ({ ...e, payload: envelopeOf(published([ann], { version: '9.9.9' })).payload })),
      'bad-signature',
    ],
    [
      'a payload of one bit more',
      changed(good, (e) => ({ ...e, payload: withLastBitFlipped(e.payload) })),
      'bad-signature',
    ],
    [
      'a signature of zeros',
      changed(good, (e) => ({ ...e, signatures: [{ keyId: ann.id, signature: Buffer.alloc(64).toString('base64') }] })),
      'bad-signature',
    ],
    ['a signature without the context', unboundSignature(), 'bad-signature'],
    ['a format of the future', annSays({ format: 2, surprise: true }), 'unknown-format'],
    ['signed text that is no JSON', signedByAnn('hello'), 'malformed'],
    ['signed bytes that are no text', signedByAnn(Buffer.from([0xff, 0xfe, 0x00])), 'malformed'],
    ['no format', annSays({ format: undefined }), 'malformed'],
    ['a version that is none', annSays({ version: '1.2' }), 'malformed'],
    ['a version with build metadata', annSays({ version: '1.2.3+linux' }), 'malformed'],
    ['sequence 0', annSays({ sequence: 0 }), 'malformed'],
    ['a sequence past whole numbers', annSays({ sequence: 2 ** 60 }), 'malformed'],
    ['no keys', annSays({ keys: [] }), 'malformed'],
    ['a key under the name of another', annSays({ keys: [{ id: ann.id, publicKey: eve.publicKey }] }), 'malformed'],
    ['a key twice', annSays({ keys: [publicHalf(ann), publicHalf(ann)] }), 'malformed'],
    ['101 of a hundred', annSays({ rolloutPercent: 101 }), 'malformed'],
    ['a file name that is a path', annSays({ artefacts: [artefactOf({ name: '../../etc/passwd' })] }), 'malformed'],
    ['a hash that is a path', annSays({ artefacts: [artefactOf({ sha256: `../${'a'.repeat(61)}` })] }), 'malformed'],
    [
      'two installers of one kind',
      annSays({ artefacts: [artefactOf({}), artefactOf({ sha256: 'b'.repeat(64) })] }),
      'malformed',
    ],
    ['an installer of no length', annSays({ artefacts: [artefactOf({ bytes: 0 })] }), 'malformed'],
    ['an end before the beginning', annSays({ expiresAt: PUBLISHED_AT }), 'malformed'],
    ['no audience', annSays({ audience: undefined }), 'malformed'],
    ['an audience of nobody', annSays({ audience: [] }), 'malformed'],
    ['everybody as its audience', annSays({ audience: ['*'] }), 'malformed'],
    ['an audience with a path', annSays({ audience: [`${BACKEND}/updates`] }), 'malformed'],
    ['an audience written otherwise', annSays({ audience: ['https://Sallyport.example.com:443'] }), 'malformed'],
    ['an audience that is no web address', annSays({ audience: ['file:///etc/passwd'] }), 'malformed'],
    ['more addresses than ten', annSays({ audience: Array(11).fill(BACKEND) }), 'malformed'],
    ['a feed for another backend', published([ann], { audience: ['https://other.example.com'] }), 'another-place'],
    [
      'a feed for the same host in the clear',
      published([ann], { audience: [`http${BACKEND.slice(5)}`] }),
      'another-place',
    ],
    ['a feed for another port', published([ann], { audience: [`${BACKEND}:8443`] }), 'another-place'],
    ['a feed for a host below', published([ann], { audience: ['https://a.sallyport.example.com'] }), 'another-place'],
    ['a feed, where no backend is followed', good, 'another-place', { backend: '' }],
    ['a feed, where what is followed is no address', good, 'another-place', { backend: 'sallyport.example.com' }],
    ['keys that did not sign', annSays({ keys: [publicHalf(eve)] }), 'unproven-keys'],
    ['another channel', published([ann], { channel: 'beta' }), 'another-channel'],
    ['an older feed', published([ann], { sequence: 4 }), 'older'],
    ['a feed at its very end', good, 'expired', { now: PUBLISHED_AT + 30 * DAY_MS }],
    ['an older feed that has expired', published([ann], { sequence: 4 }), 'older', { now: PUBLISHED_AT + 99 * DAY_MS }],
    ['a feed of tomorrow', good, 'from-the-future', { now: PUBLISHED_AT - DAY_MS }],
  ])('%s', (_, text, code, expected = {}) => {
    const verdict = verifyFeed(text, [ann].map(publicHalf), { ...EXPECTED, ...expected });
    expect(verdict).toMatchObject({ ok: false, code, message: expect.stringMatching(/^[A-Z].{20,}\.$/s) });
  });

  test('nobody trusted means nothing is believed', () => {
    expect(verifyFeed(good, [], EXPECTED)).toMatchObject({ code: 'unknown-key' });
  });

  test("a trusted key under somebody's other name is no key", () => {
    const trusted = [{ id: eve.id, publicKey: ann.publicKey }];
    expect(verifyFeed(published([eve]), trusted, EXPECTED)).toMatchObject({ code: 'unknown-key' });
  });

  test('every single altered byte of an envelope is noticed', () => {
    const bytes = Buffer.from(good);
    const end = good.trimEnd().length;
    for (let at = 0; at < end; at += 1) {
      const altered = Buffer.from(bytes);
      altered[at] = (altered[at] ?? 0) ^ 0x01;
      expect(verifyFeed(altered.toString(), [ann], EXPECTED).ok, `byte ${at}`).toBe(false);
    }
  });
});

describe('what is believed', () => {
  test.each<[string, string, Partial<Expected>?]>([
    ['a newer feed', good, { lastSequence: 4 }],
    ['the feed that was seen last', good],
    ['the first feed', good, { lastSequence: 0 }],
    ['a feed for this backend among others', published([ann], { audience: ['https://old.example.com', BACKEND] })],
    ['a feed for an address that is written otherwise here', good, { backend: 'https://SALLYPORT.example.com:443/' }],
    [
      'a feed for others, by whoever only keeps it',
      published([ann], { audience: ['https://b.example.com'] }),
      { backend: 'any' },
    ],
    ['a feed a moment before its end', good, { now: PUBLISHED_AT + 30 * DAY_MS - 1 }],
    ['a feed of this hour, on a desk whose clock is behind', good, { now: PUBLISHED_AT - 3_600_000 }],
    [
      'one good signature beside a bad one',
      changed(published([ann, ben]), (e) => ({
        ...e,
        signatures: [{ ...e.signatures[0], keyId: ben.id }, e.signatures[0]],
      })),
    ],
    ['a good signature beside one of a stranger', signFeed(feedOf([ann]), [eve.key, ann.key])],
    ['more fields than we know', annSays({ colour: 'red' })],
  ])('%s', (_, text, expected = {}) => {
    expect(verifyFeed(text, [ann, ben], { ...EXPECTED, ...expected })).toMatchObject({
      ok: true,
      feed: { version: '1.2.3' },
      signedBy: [ann.id],
    });
  });

  test('an expired feed can still be opened', () => {
    expect(openFeed(published([ann], { publishedAt: 1, expiresAt: 2 }), [ann])).toMatchObject({ ok: true });
  });
});

describe('keys', () => {
  test('the public half of RFC 8032, test 1, has the name that its bytes give', () => {
    const bytes = Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex');
    expect(keyIdOf(bytes.toString('base64'))).toBe('21fe31dfa154a261');
    const signature = Buffer.from(
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
      'hex',
    );
    expect(verify(null, Buffer.alloc(0), verifyingKey(bytes.toString('base64')), signature)).toBe(true);
  });

  test('a private key and its public half are one release key', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    expect(releaseKeyOf(privateKey)).toEqual(releaseKeyOf(publicKey));
    expect(releaseKeyOf(createPublicKey(privateKey)).id).toMatch(/^[0-9a-f]{16}$/);
  });
});

/** Ann signed these bytes, but for another purpose. */
function unboundSignature(): string {
  const payload = Buffer.from(envelopeOf(good).payload, 'base64');
  const signature = sign(null, payload, ann.key).toString('base64');
  return changed(good, (e) => ({ ...e, signatures: [{ keyId: ann.id, signature }] }));
}
