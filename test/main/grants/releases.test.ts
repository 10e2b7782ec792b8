import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { endedWithSession } from '../../../main/grants/ends-with-session.ts';
import { Releases } from '../../../main/grants/releases.ts';
import { UntoldReleases } from '../../../main/grants/untold-releases.ts';
import type { Change } from '../../../main/state.ts';
import { AppError } from '../../../protocol/errors.ts';
import { DEFAULT_SETTINGS } from '../../../protocol/ipc/settings.ts';
import type { ExternalSession, Terminal } from '../../../protocol/ipc/snapshot.ts';
import type { Grant } from '../../../protocol/model/grant.ts';
import { dana, ended, erin, grant, NOW, newStore, signedIn, silentLog, stateAfter } from '../examples.ts';

const id = grant().id;
const online: Change = { kind: 'connection', connection: { state: 'online' } };
const offline: Change = {
  kind: 'connection',
  connection: { state: 'offline', since: NOW, problem: { code: 'offline', message: 'x' } },
};
const signedOut: Change = { kind: 'sign-in', signIn: { state: 'signed-out', problem: null } };
const at = (backendAddress: string): Change => ({
  kind: 'settings',
  settings: { ...DEFAULT_SETTINGS, backendAddress },
});
const ONE = 'https://one.example.com';
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-releases-'));
  file = join(folder, 'untold-releases.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An app that has started with what the folder holds, and whose backend answers so. */
function startApp(refusal: Error | undefined, ...changes: Change[]) {
  const store = newStore(at(ONE), ...changes);
  const release = vi.fn((_id: string): Promise<unknown> => (refusal ? Promise.reject(refusal) : Promise.resolve()));
  const onProblem = vi.fn();
  const log = { info: () => undefined, warn: onProblem };
  const waits: (() => void)[] = [];
  const after = (_ms: number, act: () => void) => {
    waits.push(act);
    return () => void waits.splice(0);
  };
  const time = { now: NOW + 5.5 };
  const backendClock = { now: () => time.now };
  const releases = new Releases({
    ...{ store, backendClock, release, log, after },
    untold: new UntoldReleases(folder, log),
  });
  const status = () => store.state.grants.get(id)?.status;
  return { store, release, onProblem, releases, status, waits, time };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('ending a grant at once', () => {
  const setUp = (refusal?: Error) => startApp(refusal, signedIn(), online, { kind: 'grant-changed', grant: grant() });

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

  it('is not done to somebody else who signs in', async () => {
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

describe('a release that the backend has not heard', () => {
  const away = new AppError('offline', 'x');
  const live: Change = { kind: 'grant-changed', grant: grant() };
  /** Released while the backend was away, and quit. */
  async function releasedWhileAway(): Promise<void> {
    const { releases } = startApp(away, signedIn(), offline, live);
    releases.now(id, '');
    await settled();
    releases.dispose();
  }

  it('is told after a restart, as soon as the same person is connected, once', async () => {
    await releasedWhileAway();
    const { store, release } = startApp(undefined);
    store.apply(signedIn());
    await settled();
    expect(release).not.toHaveBeenCalled();
    store.apply(online);
    await settled();
    store.apply(offline);
    store.apply(online);
    await settled();
    expect(release.mock.calls).toEqual([[id]]);
    expect(existsSync(file)).toBe(false);
  });

  it('is ended here in the same moment in which the backend calls it live', async () => {
    await releasedWhileAway();
    const { store, status } = startApp(away, signedIn());
    store.apply(live);
    expect(status()).toMatchObject({ state: 'ended', reason: 'released' });
  });

  it('is in its file before anybody is told, readable by its owner alone, without a secret', () => {
    const { releases, release } = startApp(undefined, signedIn(), online, live);
    release.mockImplementation(() => {
      const untold = [{ grantId: id, personId: erin.id, backend: ONE, until: grant().endsAt }];
      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ untold });
      expect(statSync(file).mode & 0o777).toBe(0o600);
      return Promise.resolve();
    });
    releases.now(id, 'x');
    expect(release).toHaveBeenCalledOnce();
  });

  it.each<[string, Change[]]>([
    ['somebody else', [signedIn(dana), online]],
    ['the same person at another backend', [at('https://two.example.com'), signedIn(), online]],
    ['nobody', [signedOut]],
  ])('is not told by %s, and is kept', async (_who, changes) => {
    await releasedWhileAway();
    const { store, release } = startApp(undefined);
    for (const change of changes) store.apply(change);
    await settled();
    expect(release).not.toHaveBeenCalled();
    expect(existsSync(file)).toBe(true);
  });

  it.each<[string, Change[]]>([
    ['somebody else has signed in', [signedOut, signedIn(dana)]],
    ['another backend was chosen', [at('https://two.example.com')]],
    ['nobody is signed in any more', [signedOut]],
  ])('is kept when it is refused after %s: that is no answer to it', async (_what, changes) => {
    const { store, release, releases } = startApp(undefined, signedIn(), online, live);
    let refuse = (_error: Error): void => undefined;
    release.mockReturnValue(new Promise((_resolve, reject) => (refuse = reject)));
    releases.now(id, '');
    for (const change of changes) store.apply(change);
    refuse(new AppError('not-found', 'x'));
    await settled();
    expect(existsSync(file)).toBe(true);
  });

  it('is forgotten, and not told, once the grant would be over anyway', async () => {
    await releasedWhileAway();
    const { store, release, time } = startApp(undefined, signedIn());
    time.now = grant().endsAt;
    store.apply(online);
    await settled();
    expect(release).not.toHaveBeenCalled();
    expect(existsSync(file)).toBe(false);
  });

  it('is not forgotten by a clock of this computer that is ahead, before the backend has said its time', async () => {
    await releasedWhileAway();
    const { store, time, release } = startApp(undefined);
    time.now = grant().endsAt + 1;
    store.apply(signedIn());
    store.apply(offline);
    expect(existsSync(file)).toBe(true);
    time.now = NOW;
    store.apply(online);
    await settled();
    expect(release).toHaveBeenCalledOnce();
  });

  it('is told again after a while to a backend that was there and could not take it', async () => {
    const { releases, release, waits } = startApp(new AppError('unavailable', 'x'), signedIn(), online, live);
    releases.now(id, '');
    await settled();
    expect(waits).toHaveLength(1);
    release.mockResolvedValue({});
    waits.splice(0)[0]?.();
    await settled();
    expect(release).toHaveBeenCalledTimes(2);
    expect(waits).toEqual([]);
  });

  it.each([
    ['no JSON', '{'],
    ['other JSON', '[]'],
    ['an unknown field', '{"untold":[],"more":1}'],
    ['a grant that is none', `{"untold":[{"grantId":"x","personId":"${erin.id}","backend":"${ONE}","until":1}]}`],
    ['a moment that is none', `{"untold":[{"grantId":"${id}","personId":"${erin.id}","backend":"${ONE}","until":-1}]}`],
  ])('is not read from a file with %s, which says so and stops nothing', async (_what, text) => {
    writeFileSync(file, text);
    const { releases, release, status, onProblem } = startApp(undefined, signedIn(), online, live);
    expect(onProblem).toHaveBeenCalledOnce();
    releases.now(id, '');
    expect(status()?.state).toBe('ended');
    await settled();
    expect(release).toHaveBeenCalledOnce();
    expect(existsSync(file)).toBe(false);
  });

  it('is ended here, and told by this run, though its file cannot be written', async () => {
    mkdirSync(join(file, 'in the way'), { recursive: true });
    const { releases, release, status, store } = startApp(away, signedIn(), online, live);
    releases.now(id, '');
    expect(status()?.state).toBe('ended');
    await settled();
    release.mockResolvedValue({});
    store.apply(offline);
    store.apply(online);
    await settled();
    expect(release).toHaveBeenCalledTimes(2);
  });

  it('is one of 500 at most: the oldest is dropped', () => {
    const untold = new UntoldReleases(folder, silentLog);
    const release = (n: number) => ({
      grantId: `gra_${String(n).padStart(10, '0')}`,
      personId: erin.id,
      backend: ONE,
      until: 1,
    });
    writeFileSync(file, JSON.stringify({ untold: Array.from({ length: 600 }, (_, n) => release(n)) }));
    const read = new UntoldReleases(folder, silentLog);
    expect(read.of(erin.id, ONE)).toHaveLength(500);
    read.add(release(600));
    expect(read.of(erin.id, ONE).at(0)?.grantId).toBe('gra_0000000101');
    expect(untold.of(erin.id, ONE)).toEqual([]);
  });
});

describe('giving access back by hand', () => {
  const live: Change = { kind: 'grant-changed', grant: grant() };

  it('ends it here at once though nobody can be told, and says that the backend is told later', async () => {
    const { releases, status } = startApp(new AppError('offline', 'x'), signedIn(), offline, live);
    await releases.byHand(id);
    expect(status()).toMatchObject({ state: 'ended', reason: 'released', note: expect.stringContaining('told when') });
  });

  it('says nothing of later while the backend is there', async () => {
    const { releases, release, status } = startApp(undefined, signedIn(), online, live);
    await releases.byHand(id);
    expect(status()).toMatchObject({ state: 'ended', note: '' });
    expect(release).toHaveBeenCalledOnce();
  });

  it.each<[string, Change[]]>([
    ['one that is not known here', []],
    [
      'one of somebody else',
      [{ kind: 'grant-changed', grant: grant({ requester: { id: dana.id, name: '', email: '' } }) }],
    ],
    ['one that is over', [{ kind: 'grant-changed', grant: grant({ status: ended('revoked') }) }]],
  ])('leaves the word about %s to the backend, and passes it on', async (_which, changes) => {
    const refusal = new AppError('not-found', 'There is no such access.');
    const { releases, store } = startApp(refusal, signedIn(), online, ...changes);
    const known = store.state.grants;
    await expect(releases.byHand(id)).rejects.toBe(refusal);
    expect(store.state.grants).toBe(known);
    expect(existsSync(file)).toBe(false);
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
