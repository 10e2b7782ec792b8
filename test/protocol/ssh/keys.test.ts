import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  ed25519Blob,
  ed25519PointOf,
  fingerprint,
  formatKeyLine,
  parseKeyLine,
} from '../../../protocol/ssh/public-key.ts';
import { SshFormatError } from '../../../protocol/ssh/reader.ts';
import { ed25519SignatureBlob, verifyEd25519 } from '../../../protocol/ssh/signature.ts';
import { SshWriter } from '../../../protocol/ssh/writer.ts';

/** Made once with ssh-keygen; so is the fingerprint. */
const LINE = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDbwsMnMtHFkGtAfTDhqM5rAUuAjpWA8rYtCWc2kCUjx';
const BASE64 = LINE.split(' ')[1]!;
const BLOB = Buffer.from(BASE64, 'base64');

describe('a public key line', () => {
  it('is read with its comment and written back as it was', () => {
    const key = parseKeyLine(`${LINE} ada@laptop in the office\n`);
    expect(key.type).toBe('ssh-ed25519');
    expect(key.comment).toBe('ada@laptop in the office');
    expect(formatKeyLine(key.blob, key.comment)).toBe(`${LINE} ada@laptop in the office`);
  });

  it('has the fingerprint that ssh-keygen shows', () => {
    expect(fingerprint(BLOB)).toBe('SHA256:PzNsy95h1oyxerw2u6Z7pKUb3xp/iZUeXAFVRHjI7Ww');
  });

  it.each([
    ['nothing', ''],
    ['a type without a key', 'ssh-ed25519'],
    ['a key of another type than it says', `ssh-rsa ${BASE64}`],
    ['broken base64', `ssh-ed25519 ${BASE64}=`],
    ['base64 with bits after its end', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB=='],
    ['options before the type', `no-pty ${LINE}`],
    ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----'],
  ])('is refused when it is %s', (_what, line) => {
    expect(() => parseKeyLine(line)).toThrow(SshFormatError);
  });
});

describe('an Ed25519 blob', () => {
  it('holds the 32 bytes of the key, from its public and its private half', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    expect(ed25519Blob(privateKey)).toEqual(ed25519Blob(publicKey));
    expect(ed25519PointOf(ed25519Blob(publicKey))).toHaveLength(32);
  });

  it.each([
    ['another type', new SshWriter().string('ssh-rsa').string(Buffer.alloc(32)).bytes()],
    ['31 bytes', new SshWriter().string('ssh-ed25519').string(Buffer.alloc(31)).bytes()],
    ['a byte too many at the end', Buffer.concat([BLOB, Buffer.from([0])])],
  ])('is refused with %s', (_what, blob) => {
    expect(() => ed25519PointOf(blob)).toThrow(SshFormatError);
  });

  it('is refused for a key of another kind', () => {
    expect(() => ed25519Blob(generateKeyPairSync('x25519').publicKey)).toThrow(SshFormatError);
  });
});

describe('an Ed25519 signature', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const data = Buffer.from('what was signed');
  const raw = sign(null, data, privateKey);
  const blob = ed25519Blob(publicKey);

  it('is accepted from the key over the data', () => {
    expect(verifyEd25519(blob, data, ed25519SignatureBlob(raw))).toBe(true);
  });

  it('is refused over other data, and from another key', () => {
    expect(verifyEd25519(blob, Buffer.from('what was not'), ed25519SignatureBlob(raw))).toBe(false);
    expect(verifyEd25519(BLOB, data, ed25519SignatureBlob(raw))).toBe(false);
  });

  it.each([
    [
      'the name of a certificate in it, as ssh2 writes it',
      new SshWriter().string('ssh-ed25519-cert-v01@openssh.com').string(raw).bytes(),
    ],
    ['63 bytes', ed25519SignatureBlob(raw.subarray(1))],
    ['bytes after its end', Buffer.concat([ed25519SignatureBlob(raw), Buffer.from([0])])],
    ['nothing in it', Buffer.alloc(0)],
  ])('is refused with %s', (_what, signature) => {
    expect(() => verifyEd25519(blob, data, signature)).toThrow(SshFormatError);
  });
});
