import { describe, expect, test } from 'vitest';
import { AppError } from '../../../protocol/errors.ts';
import { mayRevoke } from '../../../protocol/model/access.ts';
import {
  endGrant,
  endSentence,
  type GrantEnd,
  type GrantStatus,
  isLive,
  isLiveInApp,
} from '../../../protocol/model/grant.ts';
import type { Duty } from '../../../protocol/model/identity.ts';

const live: GrantStatus = { state: 'live' };
const ended: GrantStatus = { state: 'ended', reason: 'released', endedAt: 1500, by: null, note: '' };
const requester = { id: 'per_erin000000', name: 'Erin', email: 'e@x' };

test.each([
  ['before its start', { status: { state: 'scheduled' }, startsAt: 1000, endsAt: 2000 }, 999, false],
  ['at its start', { status: { state: 'scheduled' }, startsAt: 1000, endsAt: 2000 }, 1000, true],
  ['in the middle', { status: live, startsAt: 1000, endsAt: 2000 }, 1500, true],
  ['in its last millisecond', { status: live, startsAt: 1000, endsAt: 2000 }, 1999, true],
  ['at its end, though nobody wrote it down yet', { status: live, startsAt: 1000, endsAt: 2000 }, 2000, false],
  ['after its end', { status: live, startsAt: 1000, endsAt: 2000 }, 9999, false],
  ['ended early', { status: ended, startsAt: 1000, endsAt: 2000 }, 1600, false],
] as const)('a grant %s may be used: %s', (_, grant, now, expected) => {
  expect(isLive(grant, now)).toBe(expected);
});

test.each<[string, GrantStatus['state'], number, boolean]>([
  ['live, by a clock that runs behind its start', 'live', -1, true],
  ['live, a moment before its end', 'live', 99, true],
  ['live, at its end', 'live', 100, false],
  ['scheduled, though its start has come', 'scheduled', 1, false],
  ['ended, before its time', 'ended', 50, false],
])('in an app a grant is live or not: %s', (_, state, now, expected) => {
  const status = (
    state === 'ended' ? { state, reason: 'revoked', endedAt: 0, by: null, note: '' } : { state }
  ) as GrantStatus;
  expect(isLiveInApp({ status, endsAt: 100 }, now)).toBe(expected);
});

describe('ending a grant', () => {
  const end = (status: GrantStatus, how: GrantEnd, now: number): string => {
    try {
      return endGrant({ status, endsAt: 2000, drainSeconds: 0, requester }, how, now);
    } catch (error) {
      if (error instanceof AppError) return error.code;
      throw error;
    }
  };
  const other = 'per_dana000000';

  test.each<[string, GrantStatus, GrantEnd, number, string]>([
    ['time, too early', live, { reason: 'expired' }, 1999, 'wrong-state'],
    ['time, on time', live, { reason: 'expired' }, 2000, 'expired'],
    ['time, late', live, { reason: 'expired' }, 3000, 'expired'],
    ['its holder', live, { reason: 'released', by: requester.id }, 1500, 'released'],
    ['its holder, before it begins', { state: 'scheduled' }, { reason: 'released', by: requester.id }, 500, 'released'],
    ['somebody else releasing it', live, { reason: 'released', by: other }, 1500, 'not-allowed'],
    ['somebody without the right', live, { reason: 'revoked', by: other, mayEnd: false }, 1500, 'not-allowed'],
    [
      'somebody without the right, by killing',
      live,
      { reason: 'killed', by: other, mayEnd: false },
      1500,
      'not-allowed',
    ],
    ['somebody with the right', live, { reason: 'revoked', by: other, mayEnd: true }, 1500, 'revoked'],
    ['a kill', live, { reason: 'killed', by: other, mayEnd: true }, 1500, 'killed'],
    ['a release when its time is over', live, { reason: 'released', by: requester.id }, 2000, 'wrong-state'],
    ['a revocation when its time is over', live, { reason: 'revoked', by: other, mayEnd: true }, 2000, 'wrong-state'],
    ['time, when it has ended', ended, { reason: 'expired' }, 2000, 'wrong-state'],
    ['its holder, when it has ended', ended, { reason: 'released', by: requester.id }, 1600, 'wrong-state'],
    ['an approver, when it has ended', ended, { reason: 'revoked', by: other, mayEnd: true }, 1600, 'wrong-state'],
  ])('%s', (_, status, how, now, expected) => {
    expect(end(status, how, now)).toBe(expected);
  });
});

test.each<[string, { id: string; groups: string[]; duties: Duty[] }, boolean]>([
  ['an approver', { id: 'per_dana000000', groups: ['dba'], duties: ['approver'] }, true],
  ['an admin', { id: 'per_ada0000000', groups: [], duties: ['admin'] }, true],
  ['an approver of other things', { id: 'per_sam0000000', groups: ['security'], duties: ['approver'] }, false],
  ['an auditor', { id: 'per_uma0000000', groups: ['audit'], duties: ['auditor'] }, false],
  ['its holder, though in the approving group', { id: requester.id, groups: ['dba'], duties: ['approver'] }, false],
  ['a stranger', { id: 'per_x000000000', groups: [], duties: [] }, false],
])('%s may revoke somebody’s grant: %s', (_, person, expected) => {
  expect(mayRevoke({ requester }, ['dba'], person)).toBe(expected);
});

test.each([
  ['expired', undefined, 'its time is over'],
  ['revoked', 'Dana', 'revoked by Dana'],
  ['revoked', null, 'it was revoked'],
  ['released', 'Erin', 'you released it'],
  ['killed', 'Dana', 'killed by Dana'],
  ['killed', undefined, 'it was killed'],
] as const)('the end "%s" by %s reads "%s"', (reason, by, sentence) => {
  expect(endSentence(reason, by)).toBe(sentence);
});
