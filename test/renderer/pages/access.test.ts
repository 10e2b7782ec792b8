import { describe, expect, test } from 'vitest';
import { chosenOf, mayJoin } from '../../../renderer/pages/access/chosen.ts';
import { checkWish, freshWish, roleOf } from '../../../renderer/pages/access/extend.ts';
import { filterTargets, matches } from '../../../renderer/pages/access/filter.ts';
import { groupTargets, MOST_RECENT, recentTargets } from '../../../renderer/pages/access/groups.ts';
import { JUST_ENDED_MS, lastExtension, standing } from '../../../renderer/pages/access/standing.ts';
import { waysIn } from '../../../renderer/pages/access/ways.ts';
import { entry, grant, MINUTE, NOON, option, request } from '../examples.ts';

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
    ['past its end, with time to drain', held({ ...grant(NOON - MINUTE, NOON), drainSeconds: 60 }), 'draining'],
    ['not past its end, with time to drain', held({ ...grant(NOON - MINUTE, NOON + 1), drainSeconds: 60 }), 'live'],
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

describe('groups of targets', () => {
  const access = ['a-1', 'b-1', 'c-1', 'd-1', 'e-1', 'f-1', 'g-1'].map((name) => entry(name));
  const names = (query: string, favourites: string[], recent: string[]) =>
    groupTargets(access, { query, favourites, recent }).groups.map((g) => [
      g.name,
      g.entries.map((e) => e.target.name),
    ]);

  test('favourites come first, then what was asked for lately, each target once', () => {
    expect(names('', ['f-1', 'b-1'], ['c-1', 'b-1', 'gone'])).toEqual([
      ['favourites', ['b-1', 'f-1']],
      ['recent', ['c-1']],
      ['others', ['a-1', 'd-1', 'e-1', 'g-1']],
    ]);
  });

  test('with neither there is one group', () => {
    expect(names('', [], [])).toEqual([['all', access.map((e) => e.target.name)]]);
    expect(names('', ['gone'], ['gone'])).toHaveLength(1);
  });

  test('what is searched for is one group, favourites among it', () => {
    expect(names('b-1', ['b-1'], ['b-1'])).toEqual([['all', ['b-1']]]);
  });

  test('a few recent ones are enough', () => {
    const recent = access.map((e) => e.target.name);
    expect(groupTargets(access, { query: '', favourites: [], recent }).groups[0]?.entries).toHaveLength(MOST_RECENT);
  });

  test('recent is what I asked for, newest first, each once', () => {
    const of = (name: string) => request({ target: { name, description: '', labels: {}, via: 'gateway' } });
    expect(recentTargets([of('b-1'), of('a-1'), of('b-1')])).toEqual(['b-1', 'a-1']);
  });

  test.each([
    ['', true],
    ['restart', true],
    ['INVOICE db-1', true],
    ['restart zebra', false],
  ])('a template is found by %j: %s', (query, found) => {
    expect(matches(['Restart invoice worker', 'deploy', 'db-1'], query)).toBe(found);
  });
});

describe('picking several targets', () => {
  const web = entry('web-1', [option({ logins: ['deploy', 'root'] })]);
  const db = entry('db-1', [option({ logins: ['root'] })]);
  const edge = entry('edge-1', [option({ logins: ['admin'] })]);

  test.each([
    ['the first', edge, [], true],
    ['one with a login in common', db, [web], true],
    ['one without', edge, [web], false],
    [
      'one that shares a login with each but not with all',
      entry('x', [option({ logins: ['deploy'] })]),
      [web, db],
      false,
    ],
    ['one that is picked already', web, [web], true],
    ['a twenty-first', web, Array.from({ length: 20 }, (_, i) => entry(`t-${i}`, web.options)), false],
  ])('%s may join: %s', (_name, one, chosen, may) => {
    expect(mayJoin(one, chosen)).toBe(may);
  });

  test('what policy took away is picked no longer', () => {
    expect(chosenOf(['gone', 'db-1'], [web, db])).toEqual([db]);
  });
});

describe('more time', () => {
  const held = grant(NOON, NOON + MINUTE);
  const db = entry('db-1', [option({ role: 'other' }), option({ ticket: 'optional' })]);

  test('is asked for by the role of the grant, as policy has it today', () => {
    expect(roleOf(held, [db])?.role).toBe('orders-read');
    expect(roleOf(held, [entry('db-1', [option({ role: 'other' })])])).toBeUndefined();
    expect(roleOf(held, [])).toBeUndefined();
  });

  test('begins with half an hour, or what is allowed', () => {
    expect(freshWish(4 * 3600).duration).toBe('30m');
    expect(freshWish(900).duration).toBe('15m');
    expect(freshWish(60).duration).toBe('1m');
  });

  test.each([
    [{ duration: '2h', reason: 'x' }, { duration: 'The longest here is 1 h.' }],
    [{ duration: 'long', reason: 'x' }, { duration: expect.stringContaining('Write a length') }],
    [{ duration: '30m', reason: ' ' }, { reason: 'The role orders-read wants a reason.' }],
  ])('%j is not sent', (part, problems) => {
    expect(checkWish({ ticket: '', ...part }, 3600, option())).toEqual({ problems });
  });

  test('sends what the role takes', () => {
    const wish = { duration: '30m', reason: ' not done ', ticket: ' T-1 ' };
    expect(checkWish(wish, 3600, db.options[1])).toEqual({ durationSeconds: 1800, reason: 'not done', ticket: 'T-1' });
    expect(checkWish(wish, 3600, option())).toMatchObject({ ticket: '' });
    expect(checkWish({ ...wish, reason: '' }, 3600, undefined)).toMatchObject({ reason: '' });
  });

  test('is told by the last wish that was not taken back', () => {
    const of = (state: 'pending' | 'cancelled' | 'denied') => request({ extendsGrantId: held.id, state });
    expect(lastExtension([of('cancelled'), of('denied')], held.id)?.state).toBe('denied');
    expect(lastExtension([request(), of('cancelled')], held.id)).toBeUndefined();
    expect(lastExtension([of('pending')], 'gra_other00000')).toBeUndefined();
  });
});

describe('what live access may be opened in', () => {
  test.each([
    ['anything, where nobody says', null, { builtIn: true, native: true }],
    ['ours alone', ['built-in'], { builtIn: true, native: false }],
    ['own ones alone', ['xterm'], { builtIn: false, native: true }],
    ['both', ['xterm', 'built-in'], { builtIn: true, native: true }],
  ])('%s', (_name, terminals, ways) => {
    expect(waysIn(terminals)).toEqual(ways);
  });
});
