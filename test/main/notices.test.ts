import { describe, expect, it } from 'vitest';
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
});

/** What is news when `last` happens after the others. */
function news(before: Change[], last: Change) {
  const state = stateAfter(...before);
  return newsOf(apply(state, last), state);
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
