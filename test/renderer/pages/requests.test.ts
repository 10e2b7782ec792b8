import { describe, expect, test } from 'vitest';
import type { EndReason } from '../../../protocol/model/grant.ts';
import type { RequestState } from '../../../protocol/model/request.ts';
import { standingOf } from '../../../renderer/pages/requests/standing.ts';
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
