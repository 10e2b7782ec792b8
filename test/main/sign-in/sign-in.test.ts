import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeptSignIn } from '../../../main/sign-in/kept-sign-in.ts';
import { SignIn } from '../../../main/sign-in/sign-in.ts';
import { type Surrendered, Tokens } from '../../../main/sign-in/tokens.ts';
import { firstState } from '../../../main/state.ts';
import { Store } from '../../../main/store.ts';
import type { Tokens as TokenReply } from '../../../protocol/api/routes.ts';
import type { AppError } from '../../../protocol/errors.ts';
import { DEFAULT_SETTINGS } from '../../../protocol/ipc/settings.ts';
import { systemClock } from '../../../protocol/time.ts';
import { erin, silentLog } from '../examples.ts';

const backend = 'https://one.example.com';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-sign-in-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function app() {
  const file = join(folder, 'sign-in.sealed');
  writeFileSync(file, JSON.stringify({ backend, refreshToken: 'of-one', person: erin }));
  let unlock = (): void => undefined;
  const unlocked = new Promise<void>((resolve) => {
    unlock = resolve;
  });
  const kept = new KeptSignIn(
    file,
    {
      available: async () => true,
      seal: async (text) => Buffer.from(text),
      unseal: async (sealed) => unlocked.then(() => sealed.toString()),
    },
    silentLog,
  );
  const settings = { ...DEFAULT_SETTINGS, backendAddress: backend };
  const store = new Store(firstState(settings), (error) => {
    throw error;
  });
  const never = () => Promise.reject(new Error('not asked here'));
  const tokens = new Tokens({ clock: systemClock, refresh: never, onRotated: () => {}, onLost: () => {} });
  const ends: { backend: string; tokens: Surrendered }[] = [];
  const opened: URL[] = [];
  const slow = {
    exchange: (): Promise<TokenReply> => Promise.resolve(reply),
    signOut: (): Promise<unknown> => Promise.resolve(),
  };
  const management = { problem: undefined as AppError | undefined, untilRead: undefined as Promise<void> | undefined };
  const signIn = new SignIn({
    ...{ store, tokens, kept, management, log: silentLog },
    exchange: () => slow.exchange(),
    signOut: (of, last) => {
      ends.push({ backend: of, tokens: last });
      return slow.signOut();
    },
    openBrowser: async (url) => void opened.push(new URL(url)),
  });
  /** The browser comes back with a code. */
  const comeBack = async (page = opened.at(-1)!): Promise<number> => {
    const back = new URL(page.searchParams.get('redirect_uri')!);
    back.searchParams.set('state', page.searchParams.get('state')!);
    back.searchParams.set('code', 'one-time');
    return (await fetch(back)).status;
  };
  const state = () => store.state.signIn.state;
  return { file, store, tokens, signIn, management, settings, unlock, kept, ends, opened, slow, comeBack, state };
}

const reply: TokenReply = { accessToken: 'access', accessExpiresInSeconds: 600, refreshToken: 'refresh', person: erin };
const last = { access: 'access', refresh: 'refresh' };

/** A promise that is settled by hand. */
function held<T>() {
  let settle: { resolve: (value: T) => void; reject: (error: Error) => void } | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...settle! };
}

describe('a sign-in that was kept', () => {
  it('is taken up when the keychain opens', async () => {
    const { store, tokens, signIn, unlock } = app();
    unlock();
    await signIn.restore();
    expect(tokens.held).toBe(true);
    expect(store.state.signIn).toMatchObject({ state: 'signed-in', keptBy: 'keychain' });
  });

  it('is not taken to another backend, chosen while the keychain asked', async () => {
    const { store, tokens, signIn, settings, unlock } = app();
    const restored = signIn.restore();
    store.apply({ kind: 'settings', settings: { ...settings, backendAddress: 'https://two.example.com' } });
    unlock();
    await restored;
    expect(tokens.held).toBe(false);
    expect(store.state.signIn.state).toBe('signed-out');
  });
});

describe('a sign-in in the browser', () => {
  it('is done when the browser has come back', async () => {
    const { signIn, comeBack, state, tokens } = app();
    await signIn.start();
    expect(state()).toBe('signing-in');
    expect(await comeBack()).toBe(200);
    await expect.poll(state).toBe('signed-in');
    expect(tokens.held).toBe(true);
  });

  it('can be cancelled while the browser is open', async () => {
    const { signIn, comeBack, state, opened } = app();
    await signIn.start();
    signIn.cancel();
    expect(state()).toBe('signed-out');
    await expect(comeBack(opened[0])).rejects.toThrow();
    expect(state()).toBe('signed-out');
  });

  it('can be cancelled after its code has come, and the sign-in that it became is ended', async () => {
    const { signIn, comeBack, state, tokens, slow, ends } = app();
    const exchange = held<TokenReply>();
    slow.exchange = () => exchange.promise;
    await signIn.start();
    await comeBack();
    signIn.cancel();
    expect(state()).toBe('signed-out');
    exchange.resolve(reply);
    await expect.poll(() => ends).toEqual([{ backend, tokens: last }]);
    expect(state()).toBe('signed-out');
    expect(tokens.held).toBe(false);
  });

  it('that was cancelled says nothing of how it failed afterwards', async () => {
    const { signIn, comeBack, slow, store } = app();
    const exchange = held<TokenReply>();
    slow.exchange = () => exchange.promise;
    await signIn.start();
    await comeBack();
    signIn.cancel();
    exchange.reject(new Error('too late'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(store.state.signIn).toEqual({ state: 'signed-out', problem: null });
  });

  it('is over when another backend is chosen, and does not become a sign-in there', async () => {
    const { signIn, comeBack, state, tokens, slow, store, settings, ends } = app();
    const exchange = held<TokenReply>();
    slow.exchange = () => exchange.promise;
    await signIn.start();
    await comeBack();
    signIn.end();
    store.apply({ kind: 'settings', settings: { ...settings, backendAddress: 'https://two.example.com' } });
    expect(state()).toBe('signed-out');
    exchange.resolve(reply);
    await expect.poll(() => ends).toEqual([{ backend, tokens: last }]);
    expect(tokens.held).toBe(false);
  });

  it('started twice at once listens once', async () => {
    const { signIn, opened, comeBack, state } = app();
    await Promise.all([signIn.start(), signIn.start()]);
    expect(opened).toHaveLength(1);
    expect(await comeBack()).toBe(200);
    await expect.poll(state).toBe('signed-in');
  });

  it('started again counts only as the later one', async () => {
    const { signIn, opened, comeBack, state } = app();
    await signIn.start();
    await signIn.start();
    await expect(comeBack(opened[0])).rejects.toThrow();
    expect(state()).toBe('signing-in');
    expect(await comeBack(opened[1])).toBe(200);
    await expect.poll(state).toBe('signed-in');
  });

  it('cancelled at the very start opens no browser', async () => {
    const { signIn, opened, state } = app();
    const started = signIn.start();
    signIn.cancel();
    await started;
    expect(opened).toEqual([]);
    expect(state()).toBe('signed-out');
  });

  it('is not started while somebody is signed in, nor without a backend', async () => {
    const { signIn, store, settings, tokens } = app();
    store.apply({ kind: 'settings', settings: { ...settings, backendAddress: '' } });
    await expect(signIn.start()).rejects.toMatchObject({ code: 'invalid-input', field: 'address' });
    store.apply({ kind: 'settings', settings });
    tokens.take(reply);
    await signIn.signedIn('refresh', erin);
    await expect(signIn.start()).rejects.toMatchObject({ code: 'wrong-state' });
  });
});

describe('signing out', () => {
  const signedIn = async () => {
    const parts = app();
    parts.tokens.take(reply);
    await parts.signIn.signedIn('refresh', erin);
    return parts;
  };

  it('is done here before the backend has answered', async () => {
    const { signIn, slow, state, tokens, ends, kept } = await signedIn();
    slow.signOut = () => new Promise(() => {});
    signIn.end();
    expect(state()).toBe('signed-out');
    expect(tokens.held).toBe(false);
    expect(ends).toEqual([{ backend, tokens: last }]);
    expect(await kept.read(backend)).toBeUndefined();
  });

  it('is done here though the backend cannot be reached', async () => {
    const { signIn, slow, store } = await signedIn();
    slow.signOut = () => Promise.reject(new Error('offline'));
    signIn.end();
    await new Promise((resolve) => setImmediate(resolve));
    expect(store.state.signIn).toEqual({ state: 'signed-out', problem: null });
  });

  it('a second time tells nobody anything', async () => {
    const { signIn, ends } = await signedIn();
    signIn.end();
    signIn.end();
    expect(ends).toHaveLength(1);
  });

  it('does not touch who signs in next, while the backend is still being told', async () => {
    const { signIn, slow, state, tokens } = await signedIn();
    const told = held<unknown>();
    slow.signOut = () => told.promise;
    signIn.end();
    tokens.take({ ...reply, refreshToken: 'next' });
    await signIn.signedIn('next', erin);
    told.reject(new Error('not signed in'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(state()).toBe('signed-in');
    expect(tokens.held).toBe(true);
  });
});
