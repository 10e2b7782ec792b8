import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { filesWithSecrets } from './secret-scan.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'secret-scan-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const key = generateKeyPairSync('ed25519').privateKey;
const opensshKey = (): string => {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'made')]);
  const text = readFileSync(join(folder, 'made'), 'utf8');
  rmSync(join(folder, 'made'));
  rmSync(join(folder, 'made.pub'));
  return text;
};
const body = (pem: string): string => pem.split('\n').slice(1, -2).join('');

test.each<[string, () => string | Buffer]>([
  ['a PEM key', () => key.export({ type: 'pkcs8', format: 'pem' })],
  [
    'a PKCS#8 key in the middle of binary data',
    () => Buffer.concat([randomBytes(99), key.export({ type: 'pkcs8', format: 'der' }), randomBytes(9)]),
  ],
  ['a PKCS#8 key in base64', () => key.export({ type: 'pkcs8', format: 'der' }).toString('base64')],
  ['a key as ssh-keygen writes it', opensshKey],
  ['the body of such a key without its armour', () => body(opensshKey())],
  ['such a key decoded', () => Buffer.from(body(opensshKey()), 'base64')],
  [
    'such a key in base64 one byte further',
    () => Buffer.concat([Buffer.from('x'), Buffer.from(body(opensshKey()), 'base64')]).toString('base64'),
  ],
  [
    'such a key in base64 two bytes further',
    () => Buffer.concat([Buffer.from('xy'), Buffer.from(body(opensshKey()), 'base64')]).toString('base64'),
  ],
  ['a private JWK', () => JSON.stringify(key.export({ format: 'jwk' }))],
  ['an access token', () => `{"t":"sallyport_access_${randomBytes(32).toString('base64url')}"}`],
  ['a refresh token', () => `sallyport_refresh_${randomBytes(32).toString('base64url')}`],
])('%s in a file is found', async (_, content) => {
  const planted = content();
  writeFileSync(join(folder, 'planted'), planted);
  expect((await filesWithSecrets([folder])).map((f) => f.path)).toContain(join(folder, 'planted'));
});

test('public keys, certificates and settings are not secrets', async () => {
  writeFileSync(join(folder, 'settings.json'), '{"theme":"dark"}');
  writeFileSync(join(folder, 'key.pub'), 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0cJ7pHgk3nXq5R3zA1 erin');
  expect(await filesWithSecrets([folder, join(folder, 'missing')])).toEqual([]);
});
