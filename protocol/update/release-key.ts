import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import type { ReleaseKey } from './keys.ts';

/** DER that stands before the 32 bytes of an Ed25519 public key (RFC 8410, section 4). */
const SPKI_ED25519 = Buffer.from('302a300506032b6570032100', 'hex');

/** The name of a public key. @param publicKey its 32 bytes in base64 */
export function keyIdOf(publicKey: string): string {
  return createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('hex').slice(0, 16);
}

/** Whether a key bears its own name: a signature is looked up by it. */
export function isNamedRight({ id, publicKey }: ReleaseKey): boolean {
  return keyIdOf(publicKey) === id;
}

/** A public key to verify with. @param publicKey its 32 bytes in base64 */
export function verifyingKey(publicKey: string): KeyObject {
  const der = Buffer.concat([SPKI_ED25519, Buffer.from(publicKey, 'base64')]);
  return createPublicKey({ key: der, format: 'der', type: 'spki' });
}

/** The public half of a private or public Ed25519 key, with its name. */
export function releaseKeyOf(key: KeyObject): ReleaseKey {
  const half = key.type === 'private' ? createPublicKey(key) : key;
  const publicKey = half.export({ format: 'der', type: 'spki' }).subarray(SPKI_ED25519.length).toString('base64');
  return { id: keyIdOf(publicKey), publicKey };
}
