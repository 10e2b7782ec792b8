import { describe, expect, it } from 'vitest';
import { timeAndDay, timeOfDay } from '../../main/grants/end-words.ts';
import { batchNotice } from '../../main/notice-words.ts';
import { newsOf } from '../../main/notices.ts';
import { apply, type Change } from '../../main/state.ts';
import { dana, ended, erin, grant, NOW, overview, request, signedIn, stateAfter } from './examples.ts';

const known = (who: typeof erin, fields: Parameters<typeof overview>[0] = {}): Change[] => [
  signedIn(who),
  { kind: 'overview', overview: overview({ person: who, ...fields }), clockSkewMs: 0 },
];
const asked: Change = { kind: 'request-changed', request: request() };
const decision = (verdict: 'approve' | 'deny', reason = '') => ({
  ...{ id: 'dec_0000000001', groups: ['leads'], at: NOW, verdict, reason },
  approver: { id: dana.id, name: dana.name, email: dana.email },
  onBehalfOf: null,
});

/** What is news when `last` happens after the others. */
function news(before: Change[], last: Change) {
  const state = stateAfter(...before);
  return newsOf(apply(state, last), state, NOW);
}
const titles = (before: Change[], last: Change) => news(before, last).notices.map((n) => n.title);

describe('what an approver is told', () => {
  it('is who asks for what, for how long and why; a click leads there', () => {
    expect(news(known(dana), asked).notices).toEqual([
      {
        key: 'waits:req_0000000001',
        title: 'Erin asks for deploy@db-1',
        body: 'For 15 min: restart it',
        destination: { page: 'inbox', requestId: 'req_0000000001' },
        approve: { requestId: 'req_0000000001', revision: 1 },
      },
    ]);
  });

  it.each<[string, Change[], Change]>([
    ['the same request again', [...known(dana), asked], asked],
    [
      'a request that is decided already',
      known(dana),
      { kind: 'request-changed', request: request({ state: 'denied' }) },
    ],
    [
      'a request of their own',
      known(dana),
      { kind: 'request-changed', request: request({ requester: { id: dana.id, name: 'Dana', email: '' } }) },
    ],
    [
      'a request that others decide',
      known(dana),
      { kind: 'request-changed', request: request({ needs: [{ groups: ['security'], count: 1, have: 0 }] }) },
    ],
    [
      'a request of which they said their word',
      known(dana),
      { kind: 'request-changed', request: request({ decisions: [decision('approve')] }) },
    ],
    [
      'the end of a grant of another',
      [...known(dana), { kind: 'grant-changed', grant: grant() }],
      { kind: 'grant-changed', grant: grant({ status: ended('revoked') }) },
    ],
    [
      'a request that was there before the app started and is closed',
      [signedIn(dana)],
      known(dana, { requests: [request({ state: 'lapsed' })] })[1]!,
    ],
  ])('is not %s', (_name, before, last) => {
    expect(titles(before, last)).toEqual([]);
  });

  it('is one summary of what waits when the app starts', () => {
    const requests = [request(), request({ id: 'req_0000000002' }), request({ id: 'req_0000000003', state: 'denied' })];
    expect(titles([signedIn(dana)], known(dana, { requests })[1]!)).toEqual(['2 requests wait for you']);
  });

  it('is a new request also when it comes with an overview after a gap', () => {
    expect(titles(known(dana), known(dana, { requests: [request()] })[1]!)).toEqual(['Erin asks for deploy@db-1']);
  });

  it.each<[string, Change]>([
    ['somebody else decided', { kind: 'request-changed', request: request({ state: 'approved' }) }],
    ['it lapsed', { kind: 'request-changed', request: request({ state: 'lapsed' }) }],
    ['they signed out', { kind: 'sign-in', signIn: { state: 'signed-out', problem: null } }],
  ])('is taken down when %s', (_name, change) => {
    const { notices, over } = news([...known(dana), asked], change);
    expect(notices).toEqual([]);
    expect(over).toEqual(['waits:req_0000000001']);
  });
});

describe('what an approver is told of what is special about a request', () => {
  const change = (fields: Parameters<typeof request>[0]): Change => ({
    kind: 'request-changed',
    request: request(fields),
  });
  const ana = { id: 'per_aaaaaaaaaa', name: 'Ana', email: 'ana@example.com' };
  const standsIn = (groups: string[], own: string[] = []): Change[] =>
    known({ ...dana, groups: own, standsInFor: [{ person: ana, groups, until: NOW + 1 }] });

  it.each<[string, Change[], Change, { title?: string; body?: string }]>([
    [
      'more time for what is open',
      known(dana),
      change({ extendsGrantId: 'gra_0000000001' }),
      { title: 'Erin asks for 15 min more on deploy@db-1', body: 'While it is open: restart it' },
    ],
    [
      'a later start',
      known(dana),
      change({ startsAt: NOW + 60_000 }),
      { body: `For 15 min, from ${timeOfDay(NOW + 60_000)}: restart it` },
    ],
    ['a start that is past', known(dana), change({ startsAt: NOW - 1 }), { body: 'For 15 min: restart it' }],
    ['another’s place', standsIn(['leads']), change({}), { body: 'In place of Ana. For 15 min: restart it' }],
    [
      'another’s place beside one’s own',
      standsIn(['leads'], ['leads']),
      change({}),
      { body: 'For 15 min: restart it' },
    ],
    [
      'a request that was changed',
      [...known(dana), asked],
      change({ revision: 2, reason: 'both' }),
      { title: 'Erin changed a request: deploy@db-1', body: 'For 15 min: both' },
    ],
  ])('%s', (_name, before, last, expected) => {
    expect(news(before, last).notices).toMatchObject([expected]);
  });

  it('a changed request is told again, also to who had decided on it, and the earlier notice goes', () => {
    const before = [...known(dana), change({ decisions: [decision('approve')] })];
    const { notices } = news(before, change({ revision: 2 }));
    expect(notices).toMatchObject([{ key: 'waits:req_0000000001:2', approve: { revision: 2 } }]);
    expect(news([...known(dana), asked], change({ revision: 2 })).over).toEqual(['waits:req_0000000001']);
  });

  it.each<[string, Change[], Change]>([
    ['a place that is taken for other groups', standsIn(['security']), change({})],
    [
      'a place taken for the requester themself',
      known({ ...dana, groups: [], standsInFor: [{ person: erin, groups: ['leads'], until: NOW + 1 }] }),
      change({}),
    ],
  ])('nothing: %s', (_name, before, last) => {
    expect(titles(before, last)).toEqual([]);
  });

  it('is one notice for a batch, once all of it is there', () => {
    const batchId = 'bat_0000000001';
    const first = change({ batchId });
    const second = change({ batchId, id: 'req_0000000002', target: { ...request().target, name: 'db-2' } });
    expect(news(known(dana), first)).toMatchObject({ notices: [], batches: [batchId] });
    expect(news([...known(dana), first], second)).toMatchObject({ notices: [], batches: [batchId] });
    const state = stateAfter(...known(dana), first, second);
    const moment = { now: NOW, clockSkewMs: 0 };
    expect(batchNotice(state, batchId, dana, moment)).toMatchObject({
      title: 'Erin asks for 2 targets',
      body: 'deploy@db-1, deploy@db-2. For 15 min: restart it',
    });
    expect(batchNotice(state, batchId, dana, moment)).not.toHaveProperty('approve');
    expect(batchNotice(stateAfter(...known(dana), first), batchId, dana, moment)?.title).toBe(
      'Erin asks for deploy@db-1',
    );
    expect(batchNotice(state, 'bat_0000000002', dana, moment)).toBeUndefined();
  });

  it('of a batch goes when the last of it is decided, not before', () => {
    const batchId = 'bat_0000000001';
    const both = [...known(dana), change({ batchId }), change({ batchId, id: 'req_0000000002' })];
    const one = change({ batchId, state: 'approved' });
    const other = change({ batchId, id: 'req_0000000002', state: 'denied' });
    expect(news(both, one).over).not.toContain(`waits:${batchId}`);
    expect(news([...both, one], other).over).toContain(`waits:${batchId}`);
  });
});

describe('what a requester is told of longer and later access', () => {
  const mine = (fields: Parameters<typeof grant>[0] = {}): Change => ({ kind: 'grant-changed', grant: grant(fields) });
  const outcome = (fields: Parameters<typeof request>[0]): Change => ({
    kind: 'request-changed',
    request: request(fields),
  });
  const extends_ = { extendsGrantId: 'gra_0000000001' };
  const at = (moment: number) => timeOfDay(moment);

  it.each<[string, Change[], Change, { title: string; body: string; destination: object }]>([
    [
      'that it begins later',
      [...known(erin), asked],
      outcome({ state: 'approved', startsAt: NOW + 3_600_000 }),
      {
        title: 'Approved: deploy@db-1',
        body: `It begins at ${at(NOW + 3_600_000)}.`,
        destination: { page: 'requests', requestId: 'req_0000000001' },
      },
    ],
    [
      'that it has begun',
      [...known(erin), mine({ status: { state: 'scheduled' } })],
      mine(),
      {
        title: 'Access begins: deploy@db-1',
        body: `Until ${at(NOW + 60_000)}. Click to connect.`,
        destination: { page: 'grant', grantId: 'gra_0000000001' },
      },
    ],
    [
      'that there is more time',
      [...known(erin), mine()],
      mine({ endsAt: NOW + 960_000 }),
      {
        title: 'More time: deploy@db-1',
        body: `Until ${at(NOW + 960_000)}. What is open goes on.`,
        destination: { page: 'grant', grantId: 'gra_0000000001' },
      },
    ],
    [
      'that there is no more time',
      [...known(erin), outcome(extends_)],
      outcome({ ...extends_, state: 'denied', decisions: [decision('deny', 'enough')] }),
      {
        title: 'No more time: deploy@db-1',
        body: 'Dana: enough',
        destination: { page: 'requests', requestId: 'req_0000000001' },
      },
    ],
    [
      'that nobody gave more time',
      [...known(erin), outcome(extends_)],
      outcome({ ...extends_, state: 'lapsed' }),
      {
        title: 'No more time: deploy@db-1',
        body: 'Nobody decided in time. You can ask again.',
        destination: { page: 'requests', requestId: 'req_0000000001' },
      },
    ],
  ])('is %s', (_name, before, last, notice) => {
    expect(news(before, last).notices).toMatchObject([notice]);
  });

  it.each<[string, Change[], Change]>([
    [
      'twice of more time: the request says nothing',
      [...known(erin), outcome(extends_)],
      outcome({ ...extends_, state: 'approved' }),
    ],
    ['of the same grant again', [...known(erin), mine()], mine()],
    ['of less time', [...known(erin), mine()], mine({ endsAt: NOW + 30_000 })],
    [
      'of a release that this app did by itself',
      [...known(erin), mine()],
      { kind: 'grant-released-here', id: 'gra_0000000001', at: NOW, note: 'the screen was locked' },
    ],
    ['of a grant that was scheduled', known(erin), mine({ status: { state: 'scheduled' } })],
  ])('nothing %s', (_name, before, last) => {
    expect(titles(before, last)).toEqual([]);
  });

  it('names the day where it is another one', () => {
    expect(timeAndDay(NOW + 26 * 3_600_000, NOW)).toMatch(/^[A-Z][a-z]{2} \d{1,2} [A-Z][a-z]{2}, \d\d:\d\d$/);
    expect(timeAndDay(NOW, NOW)).toMatch(/^\d\d:\d\d$/);
  });

  it('reckons by this computer’s clock, where that is another than the backend’s', () => {
    const before = [...known(erin), mine(), { kind: 'clock', clockSkewMs: 3_600_000 } as const];
    const [notice] = news(before, mine({ endsAt: NOW + 7_200_000 })).notices;
    expect(notice?.body).toContain(at(NOW + 3_600_000));
  });
});

describe('what a requester is told', () => {
  it.each([
    ['approved', request({ state: 'approved' }), 'Approved: deploy@db-1', /connect/],
    [
      'denied',
      request({ state: 'denied', decisions: [decision('deny', 'use staging')] }),
      'Denied: deploy@db-1',
      /^Dana: use staging$/,
    ],
    ['lapsed', request({ state: 'lapsed' }), 'Lapsed: deploy@db-1', /ask again/],
  ])('is that the request was %s', (_name, changed, title, body) => {
    const { notices } = news([...known(erin), asked], { kind: 'request-changed', request: changed });
    expect(notices).toMatchObject([{ title, body: expect.stringMatching(body) }]);
  });

  it.each([
    ['expired', /its time is over/],
    ['revoked', /revoked by Dana/],
    ['killed', /killed by Dana/],
  ] as const)('is that the access ended: %s', (reason, body) => {
    const last: Change = { kind: 'grant-changed', grant: grant({ status: ended(reason) }) };
    const { notices } = news([...known(erin), { kind: 'grant-changed', grant: grant() }], last);
    expect(notices).toMatchObject([{ title: 'Access ended: deploy@db-1', body: expect.stringMatching(body) }]);
  });

  it.each<[string, Change[], Change]>([
    ['what they did: ask', known(erin), asked],
    [
      'what they did: cancel',
      [...known(erin), asked],
      { kind: 'request-changed', request: request({ state: 'cancelled' }) },
    ],
    [
      'what they did: release',
      [...known(erin), { kind: 'grant-changed', grant: grant() }],
      { kind: 'grant-changed', grant: grant({ status: ended('released') }) },
    ],
    [
      'what happened before the app started',
      [signedIn(erin)],
      known(erin, { requests: [request({ state: 'denied' })], grants: [grant({ status: ended('revoked') })] })[1]!,
    ],
    [
      'the end a second time',
      [...known(erin), { kind: 'grant-changed', grant: grant({ status: ended('expired') }) }],
      { kind: 'grant-changed', grant: grant({ status: ended('expired', 'x') }) },
    ],
    [
      'what another person did before, on the same computer',
      known(dana, { grants: [grant()] }),
      known(erin, { grants: [grant({ status: ended('revoked') })] })[1]!,
    ],
  ])('is not %s', (_name, before, last) => {
    expect(titles(before, last)).toEqual([]);
  });
});
