import { describe, expect, test } from 'vitest';
import type { EndReason } from '../../../protocol/model/grant.ts';
import type { RequestState } from '../../../protocol/model/request.ts';
import { standingOf } from '../../../renderer/pages/requests/standing.ts';
import { togetherWith } from '../../../renderer/pages/requests/together.ts';
import { grant, MINUTE, NOON, request } from '../examples.ts';

const ended = (reason: EndReason) =>
  grant(NOON, NOON + 15 * MINUTE, { state: 'ended', reason, endedAt: NOON + MINUTE, by: null, note: '' });
const approved = request({ state: 'approved', grantId: 'gra_000000000001' });

describe('a request in one word', () => {
  test.each<[EndReason, string]>([
    ['expired', 'Expired'],
    ['revoked', 'Revoked'],
    ['released', 'Released'],
    ['killed', 'Killed'],
  ])('is not called approved when its access is %s', (reason, word) => {
    expect(standingOf(approved, ended(reason), NOON + 2 * MINUTE).word).toBe(word);
  });

  test('is over at its deadline, also before the backend has said so', () => {
    const live = grant(NOON, NOON + 15 * MINUTE);
    expect(standingOf(approved, live, NOON + 15 * MINUTE).word).toBe('Expired');
    expect(standingOf(approved, live, NOON + 15 * MINUTE - 1).word).toBe('Live');
  });

  test('is live at once when the backend says so, though our clock is behind', () => {
    expect(standingOf(approved, grant(NOON + 50, NOON + MINUTE), NOON).word).toBe('Live');
  });

  test('is draining while policy lets what is open finish', () => {
    const live = { ...grant(NOON, NOON + 15 * MINUTE), drainSeconds: 60 };
    expect(standingOf(approved, live, NOON + 15 * MINUTE).word).toBe('Draining');
    expect(standingOf(approved, live, NOON + 16 * MINUTE).word).toBe('Expired');
  });

  test.each([
    ['live', grant(NOON, NOON + 15 * MINUTE), 'good'],
    ['over', ended('expired'), 'quiet'],
    ['forgotten', undefined, 'quiet'],
  ] as const)('for more time is called extended when the access is %s', (_name, of, tone) => {
    const more = request({ state: 'approved', extendsGrantId: 'gra_000000000001' });
    expect(standingOf(more, of, NOON)).toEqual({ word: 'Extended', tone });
  });

  test('for more time that waits is called waiting', () => {
    const more = request({ extendsGrantId: 'gra_000000000001' });
    expect(standingOf(more, grant(NOON, NOON + MINUTE), NOON).word).toBe('Waiting');
  });

  test('knows those it was asked with', () => {
    const batchId = 'bat_000000000001';
    const [one, two] = [request({ batchId }), request({ id: 'req_000000000002', batchId })];
    expect(togetherWith(one, [one, two, request({ id: 'req_000000000003' })])).toEqual([two]);
    expect(togetherWith(request(), [request(), request({ id: 'req_000000000003' })])).toEqual([]);
  });

  test('is scheduled before its start', () => {
    const later = grant(NOON + MINUTE, NOON + 15 * MINUTE, { state: 'scheduled' });
    expect(standingOf(approved, later, NOON).word).toBe('Scheduled');
  });

  test.each<[RequestState, string]>([
    ['pending', 'Waiting'],
    ['denied', 'Denied'],
    ['cancelled', 'Cancelled'],
    ['lapsed', 'Lapsed'],
    ['approved', 'Approved'],
  ])('says what was decided when there is no grant: %s', (state, word) => {
    expect(standingOf(request({ state }), undefined, NOON).word).toBe(word);
  });
});
