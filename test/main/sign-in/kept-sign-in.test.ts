import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeptSignIn, type SecretStorage } from '../../../main/sign-in/kept-sign-in.ts';
import { erin, silentLog } from '../examples.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-kept-'));
  file = join(folder, 'sign-in.sealed');
});
afterEach(() => rmSync(folder, { recursive: true }));

const flip = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte ^ 0x5a));
/** A keychain that turns every bit pattern over; enough to see that nothing is written as it is. */
const keychain: SecretStorage = {
  available: async () => true,
  seal: async (text) => flip(Buffer.from(text)),
  unseal: async (sealed) => flip(sealed).toString(),
};
const none: SecretStorage = { ...keychain, available: async () => false };
const broken: SecretStorage = { ...keychain, seal: () => Promise.reject(new Error('locked')) };

const backend = 'https://one.example.com';
const kept = { backend, refreshToken: 'the-refresh-token', person: erin };
const keptIn = (storage: SecretStorage) => new KeptSignIn(file, storage, silentLog);

describe('a sign-in at rest', () => {
  it('is sealed, and comes back for its own backend', async () => {
    expect(await keptIn(keychain).keep(kept)).toBe('keychain');
    expect(readFileSync(file, 'latin1')).not.toContain(kept.refreshToken);
    expect(await keptIn(keychain).read(backend)).toEqual(kept);
  });

  it.each([
    ['no keychain', none],
    ['a keychain that fails', broken],
  ])('is not written with %s, and the app is told so', async (_name, storage) => {
    expect(await keptIn(storage).keep(kept)).toBe('memory');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is never given to another backend', async () => {
    await keptIn(keychain).keep(kept);
    expect(await keptIn(keychain).read('https://two.example.com')).toBeUndefined();
  });

  it.each([
    ['is not there', undefined],
    ['is empty', Buffer.alloc(0)],
    ['is garbage', Buffer.from('garbage')],
    ['lacks the person', flip(Buffer.from(JSON.stringify({ backend, refreshToken: 'x' })))],
  ])('counts as none when the file %s', async (_name, bytes) => {
    if (bytes) writeFileSync(file, bytes);
    expect(await keptIn(keychain).read(backend)).toBeUndefined();
  });

  it('counts as none when the keychain has gone', async () => {
    await keptIn(keychain).keep(kept);
    expect(await keptIn(none).read(backend)).toBeUndefined();
  });

  it('is gone after it was forgotten, also when that was asked while it was being written', async () => {
    const sealed = keptIn(keychain);
    await Promise.all([sealed.keep(kept), sealed.forget()]);
    expect(readdirSync(folder)).toEqual([]);
  });
});
