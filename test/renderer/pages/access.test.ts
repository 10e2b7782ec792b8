import { describe, expect, test } from 'vitest';
import { filterTargets } from '../../../renderer/pages/access/filter.ts';
import { JUST_ENDED_MS, standing } from '../../../renderer/pages/access/standing.ts';
import { entry, grant, MINUTE, NOON, option } from '../examples.ts';

describe('searching targets', () => {
  const access = [
    entry('web-1', [option({ role: 'storefront', logins: ['deploy'] })], { env: 'production' }),
    entry('db-1', [option({ role: 'orders-admin', logins: ['postgres', 'root'] })], { env: 'staging' }),
    entry('edge-web', [option({ role: 'edge', logins: ['deploy'] })], { env: 'staging' }),
  ];
  test.each([
    ['', ['web-1', 'db-1', 'edge-web']],
    ['   ', ['web-1', 'db-1', 'edge-web']],
    ['web', ['web-1', 'edge-web']],
    ['WEB', ['web-1', 'edge-web']],
    ['staging', ['db-1', 'edge-web']],
    ['env:staging web', ['edge-web']],
    ['env=production', ['web-1']],
    ['root@db-1', ['db-1']],
    ['orders', ['db-1']],
    ['deploy', ['web-1', 'edge-web']],
    ['edge', ['edge-web']],
    ['zebra', []],
    ['web zebra', []],
    ['root@web-1', []],
    ['.*', []],
  ])('%j finds %j', (query, names) => {
    expect(filterTargets(access, query).map((e) => e.target.name)).toEqual(names);
  });
});

describe('how my grants stand', () => {
  const held = (g: ReturnType<typeof grant>) => ({ grant: g, key: 'none' as const, problem: null });
  const ended = (endedAt: number) =>
    held(grant(NOON - 60 * MINUTE, NOON, { state: 'ended', reason: 'expired', endedAt, by: null, note: '' }));

  test.each([
    ['running', held(grant(NOON - MINUTE, NOON + MINUTE)), 'live'],
    ['at its end, not yet told so', held(grant(NOON - MINUTE, NOON)), 'live'],
    ['scheduled', held(grant(NOON + 1, NOON + MINUTE, { state: 'scheduled' })), 'scheduled'],
    [
      'scheduled, until the backend says it has begun',
      held(grant(NOON, NOON + MINUTE, { state: 'scheduled' })),
      'scheduled',
    ],
    ['fresh, by a clock of ours that runs behind', held(grant(NOON + 50, NOON + MINUTE)), 'live'],
    ['ended a moment ago', ended(NOON - MINUTE), 'justEnded'],
    ['ended long ago', ended(NOON - JUST_ENDED_MS), null],
  ] as const)('%s', (_name, one, where) => {
    const found = standing([one], NOON);
    expect(Object.entries(found).flatMap(([key, list]) => (list.length > 0 ? [key] : []))).toEqual(
      where === null ? [] : [where],
    );
  });
});
