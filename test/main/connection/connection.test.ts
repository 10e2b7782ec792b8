import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backoffMs } from '../../../main/connection/backoff.ts';
import { callOver } from '../../../main/connection/call.ts';
import { Connection } from '../../../main/connection/connection.ts';
import { BackendClock } from '../../../main/grants/backend-clock.ts';
import type { AppState } from '../../../main/state.ts';
import type { Store } from '../../../main/store.ts';
import type { Overview } from '../../../protocol/api/routes.ts';
import { DEFAULT_SETTINGS } from '../../../protocol/ipc/settings.ts';
import { type Clock, systemClock } from '../../../protocol/time.ts';
import { grant, newStore, overview, request, signedIn, silentLog } from '../examples.ts';
import { json, openStream, problem, type Seen, SmallBackend } from './small-backend.ts';

let backend: SmallBackend;
let store: Store;
let connection: Connection;
let rejected: string[];
let backendClock: BackendClock;
/** By how much this computer's clocks were moved, ms. */
let moved: { wall: number; monotonic: number };
/** What the overview says now, and the streams that are open. */
let facts: Overview;
let stream: ReturnType<typeof openStream>;
let overviews: number;

function serve(seen: Seen, response: ServerResponse): void {
  if (seen.path === '/api/v1/overview') {
    overviews += 1;
    json(response, 200, { ...facts, now: Date.now() });
  } else {
    stream = openStream(response);
    stream({ kind: 'heartbeat', at: Date.now() } as never);
  }
}

beforeEach(async () => {
  backend = await SmallBackend.start();
  backend.answer = serve;
  facts = overview();
  overviews = 0;
  rejected = [];
  moved = { wall: 0, monotonic: 0 };
  const clock: Clock = {
    now: () => systemClock.now() + moved.wall,
    monotonic: () => systemClock.monotonic() + moved.monotonic,
  };
  backendClock = new BackendClock(clock, () => 0);
  store = newStore({ kind: 'settings', settings: { ...DEFAULT_SETTINGS, backendAddress: backend.origin } });
  const access = { accessToken: async () => `token-${rejected.length}`, rejectToken: (t: string) => rejected.push(t) };
  const fetching = (url: string, init: RequestInit) => fetch(url, init);
  connection = new Connection({
    backendClock,
    ...{ store, clock, log: silentLog, fetch: fetching, random: () => 0 },
    patience: { openMs: 200, silenceMs: 300, stepsMs: 200 },
    ...access,
    call: callOver({ ...access, fetch: fetching, backend: () => store.state.settings.backendAddress }),
  });
});
afterEach(async () => {
  connection.dispose();
  await backend.dispose();
});

/** Waits until the state is so; how it stands is looked at after each change. */
function until(is: (state: AppState) => boolean, ms = 5_000): Promise<AppState> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (!is(store.state)) return;
      clearTimeout(timeout);
      stop();
      resolve(store.state);
    };
    const timeout = setTimeout(() => reject(new Error(`still ${JSON.stringify(store.state.connection)}`)), ms);
    const stop = store.subscribe(look);
    look();
  });
}
const online = () => until((s) => s.connection.state === 'online');
const offline = () => until((s) => s.connection.state === 'offline');
const event = (kind: string, fields: object = {}) => ({ kind, at: Date.now(), ...fields }) as never;
const streamsAsked = () => backend.seen.all.filter((s) => s.path === '/api/v1/events');

describe('the backend’s time', () => {
  const ahead = () => backendClock.now() - Date.now();

  it('is what the overview says, counted from when it was asked for', async () => {
    backend.answer = (seen, response) => {
      if (seen.path === '/api/v1/overview') {
        const reply = { ...facts, now: Date.now() - 3_600_000 };
        setTimeout(() => json(response, 200, reply), 150);
      } else stream = openStream(response);
    };
    store.apply(signedIn());
    await online();
    expect(ahead()).toBeGreaterThanOrEqual(-3_600_000);
    expect(ahead()).toBeLessThan(-3_600_000 + 1_000);
    // By the question, not by the answer: never behind.
    expect(ahead()).toBeGreaterThan(store.state.clockSkewMs + 100);
  });

  it('is later when an event says so, and not earlier when one does', async () => {
    store.apply(signedIn());
    await online();
    stream(event('heartbeat', { at: Date.now() + 60_000 }));
    await expect.poll(ahead).toBeGreaterThan(59_000);
    stream(event('grant-changed', { at: Date.now() - 60_000, grant: grant() }), '9');
    await until((s) => s.grants.size === 1);
    expect(ahead()).toBeGreaterThan(59_000);
  });
});

describe('a clock that was set forward and back again', () => {
  const setForwardAndBack = (): void => {
    moved.wall = 3_600_000;
    backendClock.now();
    moved.wall = 0;
  };

  it('has the backend asked for its time at once, without waiting for a heartbeat', async () => {
    store.apply(signedIn());
    await online();
    setForwardAndBack();
    await expect.poll(() => overviews).toBe(2);
    await expect.poll(() => backendClock.now() - Date.now()).toBeLessThan(1_000);
  });

  it('has it asked again for each step, but not at every one of many', async () => {
    store.apply(signedIn());
    await online();
    for (const asked of [2, 3]) {
      for (let step = 1; step <= 20; step += 1) {
        moved.wall += 3_600_000;
        backendClock.now();
        await Promise.resolve();
      }
      await expect.poll(() => overviews).toBe(asked);
    }
    await online();
    expect(overviews).toBe(3);
  });

  it('has nobody asked who is not followed', async () => {
    setForwardAndBack();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(backend.seen.all).toEqual([]);
  });
});

describe('a reckoning that is ahead', () => {
  it('is taken back at the next heartbeat: it has the overview asked for again', async () => {
    store.apply(signedIn());
    await online();
    backendClock.heard(Date.now() + 60_000);
    moved.wall = moved.monotonic = 11_000;
    stream(event('heartbeat'));
    await expect.poll(() => overviews).toBe(2);
  });

  it('does not have an overview asked for that has only just come', async () => {
    store.apply(signedIn());
    await online();
    backendClock.heard(Date.now() + 60_000);
    stream(event('heartbeat'));
    stream(event('grant-changed', { grant: grant() }), '9');
    await until((s) => s.grants.size === 1);
    expect(overviews).toBe(1);
  });
});

describe('following the backend', () => {
  it('does nothing while nobody is signed in', async () => {
    connection.retry();
    expect(store.state.connection).toEqual({ state: 'idle' });
    expect(backend.seen.all).toEqual([]);
  });

  it('takes the overview, then the events after its cursor', async () => {
    facts = overview({ cursor: '41', requests: [request()] });
    store.apply(signedIn());
    await online();
    expect(store.state.requests.size).toBe(1);
    expect(streamsAsked().at(-1)).toMatchObject({ lastEventId: '41', token: 'token-0' });
    stream(event('grant-changed', { grant: grant() }), '42');
    await until((s) => s.grants.size === 1);
  });

  it('resumes from the last event after a cut, without asking for everything again', async () => {
    store.apply(signedIn());
    await online();
    stream(event('request-changed', { request: request() }), '7');
    await until((s) => s.requests.size === 1);
    backend.cut();
    await offline();
    await online();
    expect(streamsAsked().at(-1)?.lastEventId).toBe('7');
    expect(overviews).toBe(1);
  });

  it('misses nothing that happened while it was cut', async () => {
    store.apply(signedIn());
    await online();
    stream(event('request-changed', { request: request() }), '7');
    await until((s) => s.requests.size === 1);
    backend.answer = (seen, response) => {
      serve(seen, response);
      if (seen.lastEventId === '7') stream(event('grant-changed', { grant: grant() }), '8');
    };
    backend.cut();
    await until((s) => s.grants.size === 1);
  });

  it('does not resume from a heartbeat, which has no place in the stream', async () => {
    store.apply(signedIn());
    await online();
    stream(event('request-changed', { request: request() }), '7');
    stream(event('heartbeat'));
    await until((s) => s.requests.size === 1);
    backend.cut();
    await offline();
    await online();
    expect(streamsAsked().at(-1)?.lastEventId).toBe('7');
  });

  it.each(['reset', 'access-changed'])('asks for everything again on "%s"', async (kind) => {
    store.apply(signedIn());
    await online();
    facts = overview({ cursor: '99', grants: [grant()] });
    stream(event(kind), '50');
    await until((s) => s.grants.size === 1);
    await backend.seen.first((s) => s.lastEventId === '99');
    expect(overviews).toBe(2);
    expect(store.state.connection.state).toBe('online');
  });

  it('counts a stream that falls silent as lost', async () => {
    store.apply(signedIn());
    await online();
    const state = await offline();
    expect(state.connection).toMatchObject({ problem: { code: 'timed-out' } });
    await online();
  });

  it('does not wait for ever for a backend that takes the connection and never answers', async () => {
    let silent = true;
    backend.answer = (seen, response) => {
      if (silent && seen.path.endsWith('events')) silent = false;
      else serve(seen, response);
    };
    store.apply(signedIn());
    const state = await offline();
    expect(state.connection).toMatchObject({ problem: { code: 'timed-out' } });
    await online();
  });

  it('passes over an event of a kind that it is too old to know, and resumes after it', async () => {
    store.apply(signedIn());
    await online();
    stream(event('moon-phase', { phase: 'full' }), '8');
    stream(event('request-changed', { request: request() }), '9');
    await until((s) => s.requests.size === 1);
    expect(overviews).toBe(1);
  });

  it.each([
    ['is malformed', { kind: 'grant-changed', at: 1, grant: { id: 'nonsense' } }],
    ['is no JSON', 'grant-changed'],
  ])('takes nothing from an event that %s, and says that the app is too old', async (_name, bad) => {
    store.apply(signedIn());
    await online();
    stream(typeof bad === 'string' ? ({ kind: bad, toJSON: () => undefined } as never) : (bad as never), '8');
    const state = await offline();
    expect(state.connection).toMatchObject({ problem: { code: 'unavailable' } });
    expect(state.grants.size).toBe(0);
  });

  it('comes back when the backend was away at the start, keeping the moment since when it is offline', async () => {
    const { port } = new URL(backend.origin);
    await backend.dispose();
    store.apply(signedIn());
    const first = await offline();
    const since = first.connection.state === 'offline' ? first.connection.since : 0;
    connection.retry();
    await until((s) => s.connection.state === 'offline' && s.connection !== first.connection);
    expect(store.state.connection).toMatchObject({ since });
    backend = await SmallBackend.start(Number(port));
    backend.answer = serve;
    connection.retry();
    await online();
  });

  it('renews the token that the stream was refused with', async () => {
    backend.answer = (seen, response) => {
      if (seen.path.endsWith('events') && seen.token === 'token-0') problem(response, 401, 'not-signed-in', 'expired');
      else serve(seen, response);
    };
    store.apply(signedIn());
    await online();
    expect(rejected).toEqual(['token-0']);
  });

  it('stops at the sign-out, and takes nothing that comes late', async () => {
    store.apply(signedIn());
    await online();
    store.apply({ kind: 'sign-in', signIn: { state: 'signed-out', problem: null } });
    stream(event('grant-changed', { grant: grant() }), '8');
    expect(store.state.connection).toEqual({ state: 'idle' });
    const asked = backend.seen.all.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(store.state.grants.size).toBe(0);
    expect(backend.seen.all).toHaveLength(asked);
  });

  it('knows by how much the clocks differ', async () => {
    backend.answer = (seen, response) => {
      if (seen.path === '/api/v1/overview') json(response, 200, { ...facts, now: Date.now() + 3_600_000 });
      else stream = openStream(response);
    };
    store.apply(signedIn());
    const state = await online();
    expect(Math.abs(state.clockSkewMs - 3_600_000)).toBeLessThan(1_000);
  });
});

describe('the wait before the next try', () => {
  it('grows to half a minute and no further, and is never the same for all', () => {
    const shortest = [0, 1, 2, 3, 20].map((attempt) => backoffMs(attempt, () => 0));
    const longest = [0, 1, 2, 3, 20].map((attempt) => backoffMs(attempt, () => 1));
    expect(shortest).toEqual([125, 250, 500, 1_000, 15_000]);
    expect(longest).toEqual([250, 500, 1_000, 2_000, 30_000]);
  });
});
