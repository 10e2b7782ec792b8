import { describe, expect, test } from 'vitest';
import { signFeed } from '../../../backend/updates/sign-feed.ts';
import type { Feed } from '../../../protocol/update/feed.ts';
import { nextTrust, type Trust, trustFrom, trustSchema } from '../../../protocol/update/trust.ts';
import { openFeed, verifyFeed } from '../../../protocol/update/verify-feed.ts';
import { BACKEND, feedOf, newSigner, PUBLISHED_AT, publicHalf, type Signer } from '../../support/release.ts';

const [ann, ben, eve] = [newSigner(), newSigner(), newSigner()];

/** Reads a feed as an app does, and moves trust by it if it is believed. */
function look(trust: Trust, named: Signer[], signedBy: Signer[], changes: Partial<Feed>): [string, Trust] {
  const feed = feedOf(named, changes);
  const text = signFeed(
    feed,
    signedBy.map(({ key }) => key),
  );
  const lastSequence = trust.sequences[feed.channel];
  const verdict = verifyFeed(text, trust.keys, {
    ...{ backend: BACKEND, channel: feed.channel },
    ...{ now: PUBLISHED_AT, lastSequence },
  });
  return verdict.ok ? ['believed', nextTrust(trust, verdict)] : [verdict.code, trust];
}
const idsOf = (trust: Trust): string[] => trust.keys.map(({ id }) => id);

describe('rotation', () => {
  test('a key joins, another leaves, and what the old one signs alone is refused from then on', () => {
    let trust = trustFrom([publicHalf(ann)]);
    let said: string;
    [said, trust] = look(trust, [ann, ben], [ann], { sequence: 1 });
    expect([said, idsOf(trust)]).toEqual(['believed', [ann.id, ben.id]]);
    [said, trust] = look(trust, [ben], [ben], { sequence: 2 });
    expect([said, idsOf(trust)]).toEqual(['believed', [ben.id]]);
    [said, trust] = look(trust, [ann], [ann], { sequence: 3 });
    expect([said, idsOf(trust)]).toEqual(['unknown-key', [ben.id]]);
  });

  test('who missed a rotation follows a feed that the old key signs too, and no other', () => {
    const trust = trustFrom([publicHalf(ann)]);
    expect(look(trust, [ben], [ben], { sequence: 9 })[0]).toBe('unknown-key');
    const [said, then] = look(trust, [ben], [ann, ben], { sequence: 9 });
    expect([said, idsOf(then)]).toEqual(['believed', [ben.id]]);
  });

  test('an older feed of another channel brings no key back', () => {
    let trust = trustFrom([publicHalf(ann), publicHalf(ben)]);
    [, trust] = look(trust, [ben], [ben], { sequence: 7 });
    const [said, then] = look(trust, [ann, ben], [ann, ben], { sequence: 6, channel: 'beta' });
    expect([said, idsOf(then)]).toEqual(['believed', [ben.id]]);
    expect(then.sequences).toEqual({ stable: 7, beta: 6 });
  });

  test('a feed that nobody trusted signed moves nothing, whoever hands it in', () => {
    const trust = trustFrom([publicHalf(ann)]);
    const opened = openFeed(signFeed(feedOf([eve], { sequence: 99 }), [eve.key]), [eve]);
    if (!opened.ok) throw new Error(opened.code);
    expect(nextTrust(trust, opened)).toBe(trust);
  });

  test('no key set is taken over that none of its keys has signed', () => {
    const [said, trust] = look(trustFrom([publicHalf(ann)]), [ben], [ann], { sequence: 2 });
    expect([said, idsOf(trust)]).toEqual(['unproven-keys', [ann.id]]);
  });
});

describe('what is remembered', () => {
  test('each channel has its own last sequence, which never falls', () => {
    let trust = trustFrom([publicHalf(ann)]);
    [, trust] = look(trust, [ann], [ann], { sequence: 4 });
    [, trust] = look(trust, [ann], [ann], { sequence: 3, channel: 'beta' });
    expect(trust.sequences).toEqual({ stable: 4, beta: 3 });
    expect(look(trust, [ann], [ann], { sequence: 3 })[0]).toBe('older');
  });

  test('is good as long as the same keys are pinned, in whatever order', () => {
    const [, trust] = look(trustFrom([ann, ben]), [ben], [ben], { sequence: 8 });
    expect(trustFrom([ben, ann], trustSchema.parse(JSON.parse(JSON.stringify(trust))))).toEqual(trust);
  });

  test('other pinned keys forget a thief who has published the highest number there is', () => {
    const [, stolen] = look(trustFrom([ann]), [eve], [ann, eve], { sequence: Number.MAX_SAFE_INTEGER });
    expect(idsOf(stolen)).toEqual([eve.id]);
    const trust = trustFrom([ben], stolen);
    expect(look(trust, [ben], [ben], { sequence: 1 })[0]).toBe('believed');
    expect(look(trust, [eve], [eve], { sequence: Number.MAX_SAFE_INTEGER })[0]).toBe('unknown-key');
  });
});
