import { describe, expect, it, vi } from 'vitest';
import { endedWithSession } from '../../../main/grants/ends-with-session.ts';
import { Releases } from '../../../main/grants/releases.ts';
import type { Change } from '../../../main/state.ts';
import { AppError } from '../../../protocol/errors.ts';
import type { ExternalSession, Terminal } from '../../../protocol/ipc/snapshot.ts';
import type { Grant } from '../../../protocol/model/grant.ts';
import { dana, ended, grant, NOW, newStore, signedIn, stateAfter } from '../examples.ts';

const id = grant().id;
const online: Change = { kind: 'connection', connection: { state: 'online' } };
const offline: Change = {
  kind: 'connection',
  connection: { state: 'offline', since: NOW, problem: { code: 'offline', message: 'x' } },
};
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('ending a grant at once', () => {
  function setUp(refusal?: Error) {
    const store = newStore(signedIn(), online, { kind: 'grant-changed', grant: grant() });
    const release = vi.fn((): Promise<unknown> => (refusal ? Promise.reject(refusal) : Promise.resolve()));
    const onProblem = vi.fn();
    const log = { info: () => undefined, warn: onProblem };
    const releases = new Releases({ store, backendClock: { now: () => NOW + 5.5 }, release, log });
    return { store, release, onProblem, releases, status: () => store.state.grants.get(id)?.status };
  }

  it('ends it here before it returns, and tells the backend', async () => {
    const { releases, release, status } = setUp();
    releases.now(id, 'the screen was locked');
    expect(status()).toMatchObject({
      state: 'ended',
      reason: 'released',
      endedAt: NOW + 6,
      note: 'the screen was locked',
    });
    await settled();
    expect(release).toHaveBeenCalledWith(id);
  });

  it('is not undone by an older word of the backend', () => {
    const { releases, store, status } = setUp();
    releases.now(id, '');
    store.apply({ kind: 'grant-changed', grant: grant() });
    expect(status()?.state).toBe('ended');
  });

  it('is told to a backend that was away when it is back, until it has heard', async () => {
    const { releases, release, store, onProblem } = setUp(new AppError('offline', 'x'));
    releases.now(id, '');
    await settled();
    store.apply(offline);
    store.apply(online);
    await settled();
    expect(release).toHaveBeenCalledTimes(2);
    expect(onProblem).toHaveBeenCalledTimes(2);
    release.mockResolvedValue({});
    store.apply(offline);
    store.apply(online);
    await settled();
    store.apply(offline);
    store.apply(online);
    await settled();
    expect(release).toHaveBeenCalledTimes(3);
  });

  it.each(['wrong-state', 'not-found', 'not-allowed', 'grant-not-live'] as const)(
    'is not told again after "%s"',
    async (code) => {
      const { releases, release, store, onProblem } = setUp(new AppError(code, 'x'));
      releases.now(id, '');
      await settled();
      store.apply(offline);
      store.apply(online);
      await settled();
      expect(release).toHaveBeenCalledTimes(1);
      expect(onProblem).not.toHaveBeenCalled();
    },
  );

  it('is not told in the name of who signs in next', async () => {
    const { releases, release, store } = setUp(new AppError('offline', 'x'));
    releases.now(id, '');
    await settled();
    store.apply(signedIn(dana));
    store.apply(offline);
    store.apply(online);
    await settled();
    expect(release).toHaveBeenCalledTimes(1);
  });

  it('holds, and is told, when the same person signs out and in again before the backend has heard', async () => {
    const { releases, release, store, status } = setUp(new AppError('offline', 'x'));
    releases.now(id, '');
    await settled();
    store.apply({ kind: 'sign-in', signIn: { state: 'signed-out', problem: null } });
    expect(status()).toBeUndefined();
    release.mockResolvedValue({});
    store.apply(signedIn());
    store.apply({ kind: 'grant-changed', grant: grant() });
    expect(status()).toMatchObject({ state: 'ended', reason: 'released' });
    await settled();
    expect(release).toHaveBeenCalledTimes(2);
  });

  it('is forgotten when somebody else signs in', async () => {
    const { releases, store, status } = setUp(new AppError('offline', 'x'));
    releases.now(id, '');
    await settled();
    store.apply({ kind: 'sign-in', signIn: { state: 'signed-out', problem: null } });
    store.apply(signedIn(dana));
    store.apply({ kind: 'grant-changed', grant: grant() });
    expect(status()).toMatchObject({ state: 'live' });
  });

  it('of what has ended does nothing', async () => {
    const { releases, release, store } = setUp();
    store.apply({ kind: 'grant-changed', grant: grant({ status: ended('revoked') }) });
    releases.now(id, '');
    await settled();
    expect(release).not.toHaveBeenCalled();
  });

  it('is waited for no longer than is wanted', async () => {
    const { releases, release } = setUp();
    release.mockReturnValue(new Promise(() => {}));
    releases.now(id, '');
    await releases.told(20);
  });
});

describe('a grant that ends with its session', () => {
  const direct: Partial<Grant> = {
    endsWithSession: true,
    target: { name: 'db-1', description: '', labels: {}, via: 'direct' },
  };
  const is = (fields: Partial<Grant> = direct): Change => ({ kind: 'grant-changed', grant: grant(fields) });
  const place = { beside: null, grantId: id, title: '', endsAt: NOW };
  const over = { state: 'ended' as const, reason: null, sentence: '', at: NOW };
  const terminal = (n: number, status: Terminal['status']): Change => ({
    kind: 'terminal',
    terminal: { ...place, id: `term-${n}`, status },
  });
  const other = (n: number, status: ExternalSession['status']): Change => ({
    kind: 'external-session',
    session: { id: `ext-${n}`, grantId: id, title: '', program: 'ssh', openedAt: NOW, status },
  });
  const open = { state: 'open' as const };
  const opening = { state: 'opening' as const };
  const failed = { state: 'failed' as const, problem: { code: 'offline' as const, message: '' } };

  it.each<[string, Change[], Change, boolean]>([
    ['ends when its only terminal ends', [is(), terminal(1, open)], terminal(1, over), true],
    [
      'ends when its only terminal is closed',
      [is(), terminal(1, open)],
      { kind: 'terminal-closed', id: 'term-1' },
      true,
    ],
    ['ends when its only native session ends', [is(), other(1, open)], other(1, over), true],
    ['ends with the last of several', [is(), terminal(1, open), other(1, over)], terminal(1, over), true],
    ['goes on while another terminal is open', [is(), terminal(1, open), terminal(2, open)], terminal(1, over), false],
    ['goes on while a native session is open', [is(), terminal(1, open), other(1, open)], terminal(1, over), false],
    ['goes on while another is opening', [is(), terminal(1, open), terminal(2, opening)], terminal(1, over), false],
    ['goes on when one could not be opened', [is(), terminal(1, opening)], terminal(1, failed), false],
    [
      'goes on when an ended tab is closed',
      [is(), terminal(1, over)],
      { kind: 'terminal-closed', id: 'term-1' },
      false,
    ],
    [
      'goes on when it shall not end with it',
      [is({ ...direct, endsWithSession: false }), terminal(1, open)],
      terminal(1, over),
      false,
    ],
    [
      'is left to the gateway where there is one',
      [is({ endsWithSession: true }), terminal(1, open)],
      terminal(1, over),
      false,
    ],
    ['does not end twice', [is({ ...direct, status: ended('revoked') }), terminal(1, open)], terminal(1, over), false],
  ])('%s', (_name, before, last, ends) => {
    const was = stateAfter(signedIn(), ...before);
    expect(endedWithSession(stateAfter(signedIn(), ...before, last), was)).toEqual(ends ? [id] : []);
  });
});
