import { describe, expect, test } from 'vitest';
import { byDay } from '../../../renderer/pages/requests/by-day.ts';
import { tabsFor, waitingForMe } from '../../../renderer/popover/tabs.ts';
import { routeOf } from '../../../renderer/store/navigation.ts';
import { grant, MINUTE, NOON, person, request } from '../examples.ts';

const signedIn = (who: ReturnType<typeof person>) => ({ state: 'signed-in', person: who, keptBy: 'keychain' }) as const;
const dana = person('Dana', { groups: ['dba'], duties: ['requester', 'approver'] });

describe('the pages a person has', () => {
  test.each([
    ['a requester', person('Ana'), [], [], false],
    ['an approver', dana, [], [], true],
    ['somebody with a request to look at', person('Ana'), [request()], [], true],
    ['somebody who may revoke', person('Ana'), [], [grant(NOON, NOON + MINUTE)], true],
  ])('%s', (_name, who, inbox, revocable, hasInbox) => {
    expect(tabsFor({ signIn: signedIn(who), inbox, revocable }).includes('inbox')).toBe(hasInbox);
  });
});

describe('what waits for my word', () => {
  const decided = {
    id: 'dec_000000000001',
    approver: dana,
    groups: ['dba'],
    verdict: 'approve' as const,
    reason: '',
    onBehalfOf: null,
    at: NOON,
  };
  test.each([
    ['a pending request', request(), true],
    ['my own request', request({ requester: dana }), false],
    ['one I have decided', request({ decisions: [decided] }), false],
    ['one for other groups', request({ needs: [{ groups: ['sec'], count: 1, have: 0 }] }), false],
    ['an approved one', request({ state: 'approved' }), false],
    ['a denied one', request({ state: 'denied' }), false],
    ['one whose time has passed', request({ lapsesAt: NOON }), false],
  ])('%s: %s', (_name, one, waits) => {
    expect(waitingForMe({ signIn: signedIn(dana), inbox: [one] }, NOON)).toHaveLength(waits ? 1 : 0);
  });

  test('nothing while signed out', () => {
    expect(waitingForMe({ signIn: { state: 'signed-out', problem: null }, inbox: [request()] }, NOON)).toEqual([]);
  });

  test('comes in the order it was asked', () => {
    const late = request({ id: 'req_000000000002', createdAt: NOON + 1 });
    const both = waitingForMe({ signIn: signedIn(dana), inbox: [late, request()] }, NOON);
    expect(both.map((r) => r.id)).toEqual(['req_000000000001', 'req_000000000002']);
  });
});

describe('where main leads', () => {
  test.each([
    [{ page: 'home' }, { page: 'access' }],
    [{ page: 'settings' }, { page: 'settings' }],
    [
      { page: 'inbox', requestId: null },
      { page: 'inbox', requestId: null },
    ],
    [
      { page: 'requests', requestId: 'req_000000000001' },
      { page: 'requests', requestId: 'req_000000000001' },
    ],
    [
      { page: 'grant', grantId: 'gra_000000000001' },
      { page: 'access', grant: { id: 'gra_000000000001', show: 'card' } },
    ],
    [
      { page: 'extend', grantId: 'gra_000000000001' },
      { page: 'access', grant: { id: 'gra_000000000001', show: 'extend' } },
    ],
    [
      { page: 'release', grantId: 'gra_000000000001' },
      { page: 'access', grant: { id: 'gra_000000000001', show: 'release' } },
    ],
    [{ page: 'quit' }, { page: 'quit' }],
    [
      { page: 'quit', again: true },
      { page: 'quit', again: true },
    ],
    [
      { page: 'join', address: 'https://a.example' },
      { page: 'join', address: 'https://a.example' },
    ],
    [{ page: 'terminal', terminalId: 'term-1' }, null],
  ] as const)('%j shows %j', (destination, route) => {
    expect(routeOf(destination)).toEqual(route);
  });
});

test('requests stand under the day they were asked on', () => {
  const at = (minutesAgo: number, id: string) => request({ id, createdAt: NOON - minutesAgo * MINUTE });
  const days = byDay([at(1, 'a'), at(2, 'b'), at(13 * 60, 'c')], NOON);
  expect(days.map((d) => [d.day, d.requests.map((r) => r.id)])).toEqual([
    ['Today', ['a', 'b']],
    ['Yesterday', ['c']],
  ]);
});
