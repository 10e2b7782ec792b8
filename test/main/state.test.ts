import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../main/snapshot.ts';
import { apply } from '../../main/state.ts';
import { snapshotSchema } from '../../protocol/ipc/snapshot.ts';
import { dana, ended, erin, grant, NOW, newStore, overview, request, signedIn, stateAfter } from './examples.ts';

const facts = { version: '0.1.0', platform: 'linux' } as const;
const live = grant();
const over = (reason: Parameters<typeof ended>[0]) => grant({ status: ended(reason) });
const yes = {
  id: 'dec_0000000001',
  approver: { id: dana.id, name: dana.name, email: dana.email },
  onBehalfOf: null,
  groups: ['leads'],
  verdict: 'approve' as const,
  reason: '',
  at: NOW,
};

describe('what an older word cannot undo', () => {
  it.each([
    ['a revoked grant stays ended when an older event says live', over('revoked'), live, 'ended'],
    ['a released grant stays ended when an older event says live', over('released'), live, 'ended'],
    ['a killed grant stays ended when an older event says live', over('killed'), live, 'ended'],
    ['a live grant ends', live, over('revoked'), 'ended'],
    ['an expired grant lives again when the backend, whose clock decides, says so', over('expired'), live, 'live'],
  ])('%s', (_name, first, second, expected) => {
    const state = stateAfter(
      signedIn(),
      { kind: 'grant-changed', grant: first },
      { kind: 'grant-changed', grant: second },
    );
    expect(state.grants.get(live.id)?.status.state).toBe(expected);
  });

  it('keeps a revoked grant ended also when an older overview says live', () => {
    const state = stateAfter(
      signedIn(),
      { kind: 'grant-changed', grant: over('revoked') },
      { kind: 'overview', overview: overview({ grants: [live] }), clockSkewMs: 0 },
    );
    expect(state.grants.get(live.id)?.status.state).toBe('ended');
  });

  it.each([
    ['a closed request is not pending again', request({ state: 'denied' }), request(), 'denied'],
    ['a reply with fewer decisions is the older one', request({ decisions: [yes] }), request(), 'pending'],
  ])('%s', (_name, first, second, expected) => {
    const before = stateAfter(signedIn(), { kind: 'request-changed', request: first });
    const after = apply(before, { kind: 'request-changed', request: second });
    expect(after).toBe(before);
    expect(after.requests.get(first.id)?.state).toBe(expected);
  });

  it('does not put the reason "expired" over a grant that was revoked', () => {
    const before = stateAfter(signedIn(), { kind: 'grant-changed', grant: over('revoked') });
    expect(apply(before, { kind: 'grant-expired-here', id: live.id })).toBe(before);
  });

  it('changes nothing for a grant that is not known', () => {
    const before = stateAfter(signedIn());
    expect(apply(before, { kind: 'grant-expired-here', id: live.id })).toBe(before);
  });
});

describe('what is forgotten when nobody is signed in', () => {
  const full = stateAfter(
    signedIn(),
    { kind: 'overview', overview: overview({ requests: [request()], grants: [live] }), clockSkewMs: 7 },
    { kind: 'key', grantId: live.id, fact: { key: 'held', problem: null } },
  );

  it('forgets requests, grants, keys, access and the organisation', () => {
    const out = apply(full, { kind: 'sign-in', signIn: { state: 'signed-out', problem: null } });
    const { requests, grants, keys, access, orgName, known } = out;
    expect({ requests: requests.size, grants: grants.size, keys: keys.size, access, orgName, known }).toEqual({
      ...{ requests: 0, grants: 0, keys: 0, access: [], orgName: '', known: false },
    });
  });

  it('takes no overview that arrives after the sign-out', () => {
    const out = apply(full, { kind: 'sign-in', signIn: { state: 'signed-out', problem: null } });
    expect(apply(out, { kind: 'overview', overview: overview({ grants: [live] }), clockSkewMs: 0 })).toBe(out);
  });
});

describe('what a window sees', () => {
  it('is a snapshot that its own schema accepts', () => {
    const state = stateAfter(
      signedIn(dana),
      { kind: 'overview', overview: overview({ person: dana, requests: [request()], grants: [live] }), clockSkewMs: 0 },
      {
        kind: 'terminal',
        terminal: { id: 'term-1', beside: null, grantId: live.id, title: 'x', endsAt: 1, status: { state: 'open' } },
      },
    );
    expect(snapshotSchema.safeParse(snapshotOf(state, 3, facts)).error).toBeUndefined();
  });

  it.each([
    ['shows an approver the request of another in the inbox', dana, { inbox: 1, requests: 0, grants: 0, revocable: 1 }],
    ['shows the requester their own', erin, { inbox: 0, requests: 1, grants: 1, revocable: 0 }],
    [
      'shows somebody else nothing, whatever the state holds',
      { ...erin, id: 'per_xxxxxxxxxx' },
      { inbox: 0, requests: 0, grants: 0, revocable: 0 },
    ],
  ])('%s', (_name, who, expected) => {
    const state = stateAfter(signedIn(who), {
      kind: 'overview',
      overview: overview({ person: who, requests: [request()], grants: [live] }),
      clockSkewMs: 0,
    });
    const { inbox, requests, grants, revocable } = snapshotOf(state, 1, facts);
    const counts = {
      inbox: inbox.length,
      requests: requests.length,
      grants: grants.length,
      revocable: revocable.length,
    };
    expect(counts).toEqual(expected);
  });
});

describe('the store', () => {
  it('tells changes in order, also those that a listener makes', () => {
    const store = newStore(signedIn());
    const told: string[] = [];
    store.subscribe((_state, _before, change) => {
      told.push(change.kind);
      if (change.kind === 'grant-changed') store.apply({ kind: 'clock', clockSkewMs: 5 });
    });
    store.subscribe((_state, _before, change) => told.push(`second ${change.kind}`));
    store.apply({ kind: 'grant-changed', grant: live });
    expect(told).toEqual(['grant-changed', 'second grant-changed', 'clock', 'second clock']);
  });

  it('does not tell of a change that changes nothing, nor grow the revision', () => {
    const store = newStore(signedIn());
    const { revision } = store;
    store.subscribe(() => expect.unreachable());
    store.apply({ kind: 'clock', clockSkewMs: 0 });
    expect(store.revision).toBe(revision);
  });
});
