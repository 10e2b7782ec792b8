import { type KeyObject, randomBytes } from 'node:crypto';
import { ED25519 } from './names.ts';
import { ed25519Blob, ed25519PointOf } from './public-key.ts';
import { SshWriter } from './writer.ts';

const BLOCK = 8;

/**
 * An Ed25519 private key as OpenSSH and ssh2 read it, not encrypted: for handing a key to ssh2 in memory, and for the
 * key files of tests. Format: OpenSSH PROTOCOL.key.
 */
export function formatPrivateKey(key: KeyObject, comment = ''): string {
  const publicBlob = ed25519Blob(key);
  const point = ed25519PointOf(publicBlob);
  const seed = Buffer.from(key.export({ format: 'jwk' }).d!, 'base64url');
  const check = randomBytes(4);
  const secret = new SshWriter()
    .raw(check)
    .raw(check)
    .string(ED25519)
    .string(point)
    .string(Buffer.concat([seed, point]))
    .string(comment)
    .bytes();
  // Padding counts 1, 2, 3… up to the block size.
  const padding = Buffer.from(Array.from({ length: (BLOCK - (secret.length % BLOCK)) % BLOCK }, (_, i) => i + 1));
  const whole = new SshWriter()
    .raw(Buffer.from('openssh-key-v1\0'))
    .string('none')
    .string('none')
    .string('')
    .uint32(1)
    .string(publicBlob)
    .string(Buffer.concat([secret, padding]))
    .bytes();
  const lines = whole.toString('base64').replace(/(.{70})/g, '$1\n');
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.trimEnd()}\n-----END OPENSSH PRIVATE KEY-----\n`;
}
