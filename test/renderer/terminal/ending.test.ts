import { describe, expect, test } from 'vitest';
import type { AccessRequest } from '../../../protocol/model/request.ts';
import { endingOf, grantFor, moreTimeOf, optionOf } from '../../../renderer/terminal/ending.ts';
import { grant as mainGrant, request as mainRequest, NOW } from '../../main/examples.ts';

const MINUTE = 60_000;
const grant = mainGrant({ startsAt: NOW - MINUTE, endsAt: NOW + 60 * MINUTE });
const draining = { ...grant, drainSeconds: 300 };

describe('how an access stands', () => {
  test.each([
    ['long before', grant, -11 * MINUTE, 'live', undefined],
    ['just above ten minutes', grant, -10 * MINUTE - 1, 'live', undefined],
    ['at ten minutes', grant, -10 * MINUTE, 'soon', 10],
    ['above five', grant, -5 * MINUTE - 1, 'soon', 10],
    ['at five', grant, -5 * MINUTE, 'soon', 5],
    ['at one', grant, -MINUTE, 'soon', 1],
    ['just before the end', grant, -1, 'soon', 1],
    ['at the end', grant, 0, 'over', undefined],
    ['at the end, with a drain', draining, 0, 'draining', undefined],
    ['just before the cut', draining, 5 * MINUTE - 1, 'draining', undefined],
    ['at the cut', draining, 5 * MINUTE, 'over', undefined],
  ] as const)('%s', (_name, given, fromEnd, kind, minutes) => {
    const ending = endingOf(given, given.endsAt + fromEnd);
    expect(ending.kind).toBe(kind);
    expect('minutes' in ending ? ending.minutes : undefined).toBe(minutes);
  });

  test.each([
    ['one that is not known', undefined],
    [
      'one that was revoked',
      { ...draining, status: { state: 'ended', reason: 'revoked', endedAt: NOW, by: null, note: '' } },
    ],
    ['one that has not begun', { ...grant, status: { state: 'scheduled' } }],
  ] as const)('%s is over, drain or not', (_name, given) => {
    expect(endingOf(given, grant.endsAt + 1).kind).toBe('over');
  });
});

describe('more time', () => {
  const asked = (fields: Partial<AccessRequest>) => mainRequest({ extendsGrantId: grant.id, ...fields });
  const closed = { closedAt: NOW - 1_000 };
  const denial = (reason: string) => ({
    decisions: [
      {
        ...{
          approver: { id: 'per_dddddddddd', name: 'Dana', email: 'd@example.com' },
          verdict: 'deny' as const,
          reason,
        },
        ...{ at: NOW, groups: [] },
      },
    ] as unknown as AccessRequest['decisions'],
  });

  test.each([
    ['nothing was asked', [], null],
    ['it was asked for something else', [asked({ extendsGrantId: 'gra_other000000' })], null],
    ['it waits', [asked({})], 'waiting'],
    ['it was taken back', [asked({ state: 'cancelled', ...closed })], null],
    ['it was given', [asked({ state: 'approved', ...closed })], 'given'],
    ['it was given a while ago', [asked({ state: 'approved', closedAt: NOW - 2 * MINUTE })], null],
    [
      'the newest counts',
      [asked({ state: 'denied', createdAt: NOW - 9, ...closed }), asked({ createdAt: NOW })],
      'waiting',
    ],
  ] as const)('%s', (_name, requests, kind) => {
    expect(moreTimeOf(requests, grant.id, NOW)?.kind ?? null).toBe(kind);
  });

  test.each([
    [asked({ state: 'denied', ...closed, ...denial('Too long') }), 'denied by Dana: Too long'],
    [asked({ state: 'denied', ...closed, ...denial('') }), 'denied by Dana'],
    [asked({ state: 'lapsed', ...closed }), 'nobody decided in time'],
  ])('what was not given says why (%#)', (request, how) => {
    expect(moreTimeOf([request], grant.id, NOW)).toMatchObject({ kind: 'refused', how });
  });
});

describe('the access that opens a terminal again', () => {
  const terminal = { grantId: grant.id, title: 'deploy@db-1' };
  const over = { ...grant, endsAt: NOW };
  test.each([
    ['its own', [grant], grant.id],
    ['none', [], undefined],
    ['a newer one to the same place', [over, { ...grant, id: 'gra_newer00000' }], 'gra_newer00000'],
    ['not one with another login', [over, { ...grant, id: 'gra_other00000', login: 'root' }], undefined],
    ['not one that drains', [{ ...over, drainSeconds: 300 }], undefined],
  ])('is %s', (_name, mine, id) => {
    expect(grantFor(terminal, mine, NOW)?.id).toBe(id);
  });

  test('its role says what must be written for more time', () => {
    const option = { role: grant.role, reason: 'required' } as never;
    const access = [{ target: { name: 'db-1' }, options: [{ role: 'other' } as never, option] }];
    expect(optionOf(grant, access)).toBe(option);
    expect(optionOf({ ...grant, role: 'gone' }, access)).toBeUndefined();
  });
});
