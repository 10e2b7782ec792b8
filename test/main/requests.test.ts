import { describe, expect, it } from 'vitest';
import type { Call } from '../../main/connection/call.ts';
import { Requests } from '../../main/requests.ts';
import type { Change } from '../../main/state.ts';
import { AppError } from '../../protocol/errors.ts';
import type { AccessRequest } from '../../protocol/model/request.ts';
import { dana, ended, grant, newStore, request, signedIn } from './examples.ts';

const ask = { target: 'db-1', login: 'deploy', durationSeconds: 900, reason: '', ticket: '' };

function setUp(reply: () => Promise<AccessRequest> = async () => request()) {
  const store = newStore(signedIn());
  const opened: string[] = [];
  const call = (() => reply()) as unknown as Call;
  const requests = new Requests({ store, call, openTerminal: (id) => opened.push(id) });
  return { store, opened, requests };
}

const live: Change = { kind: 'grant-changed', grant: grant() };
const other = { id: dana.id, name: dana.name, email: dana.email };

describe('a terminal that opens by itself', () => {
  it('opens when the grant of its request is live', async () => {
    const { store, opened, requests } = setUp();
    await requests.create(ask, true);
    expect(opened).toEqual([]);
    store.apply(live);
    expect(opened).toEqual([grant().id]);
  });

  it('opens once', async () => {
    const { store, opened, requests } = setUp();
    await requests.create(ask, true);
    store.apply(live);
    store.apply(live);
    store.apply({ kind: 'clock', clockSkewMs: 5 });
    expect(opened).toHaveLength(1);
  });

  it('opens also when the approval overtook the reply', async () => {
    let arrive = (_request: AccessRequest): void => undefined;
    const { store, opened, requests } = setUp(
      () =>
        new Promise((resolve) => {
          arrive = resolve;
        }),
    );
    const created = requests.create(ask, true);
    store.apply(live);
    arrive(request());
    await created;
    expect(opened).toHaveLength(1);
  });

  it.each<[string, Change[]]>([
    ['the request was denied', [{ kind: 'request-changed', request: request({ state: 'denied' }) }, live]],
    ['the request lapsed', [{ kind: 'request-changed', request: request({ state: 'lapsed' }) }, live]],
    ['the request was cancelled', [{ kind: 'request-changed', request: request({ state: 'cancelled' }) }, live]],
    ['the grant has not begun', [{ kind: 'grant-changed', grant: grant({ status: { state: 'scheduled' } }) }]],
    ['the grant has ended already', [{ kind: 'grant-changed', grant: grant({ status: ended('revoked') }) }]],
    ['the grant is of another request', [{ kind: 'grant-changed', grant: grant({ requestId: 'req_0000000002' }) }]],
    ['the grant is of another person', [{ kind: 'grant-changed', grant: grant({ requester: other }) }]],
    [
      'the person signed out meanwhile',
      [{ kind: 'sign-in', signIn: { state: 'signed-out', problem: null } }, signedIn(), live],
    ],
  ])('stays shut when %s', async (_name, changes) => {
    const { store, opened, requests } = setUp();
    await requests.create(ask, true);
    for (const change of changes) store.apply(change);
    expect(opened).toEqual([]);
  });

  it('stays shut when it was not asked for', async () => {
    const { store, opened, requests } = setUp();
    await requests.create(ask, false);
    store.apply(live);
    expect(opened).toEqual([]);
  });

  it('stays shut when the request was refused', async () => {
    const { store, opened, requests } = setUp(() => Promise.reject(new AppError('not-allowed', 'No.')));
    await expect(requests.create(ask, true)).rejects.toMatchObject({ code: 'not-allowed' });
    store.apply(live);
    expect(opened).toEqual([]);
  });

  it('stays shut in an app that was restarted', () => {
    const { store, opened } = setUp();
    store.apply({ kind: 'request-changed', request: request({ state: 'approved' }) });
    store.apply(live);
    expect(opened).toEqual([]);
  });
});
