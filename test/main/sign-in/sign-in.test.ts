import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeptSignIn } from '../../../main/sign-in/kept-sign-in.ts';
import { SignIn } from '../../../main/sign-in/sign-in.ts';
import { Tokens } from '../../../main/sign-in/tokens.ts';
import { firstState } from '../../../main/state.ts';
import { Store } from '../../../main/store.ts';
import { DEFAULT_SETTINGS } from '../../../protocol/ipc/snapshot.ts';
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
  const signIn = new SignIn({
    ...{ store, tokens, kept, log: silentLog },
    ...{ exchange: never, signOut: never, openBrowser: async () => {} },
  });
  return { store, tokens, signIn, settings, unlock };
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
