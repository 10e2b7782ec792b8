import { z } from 'zod';

/** Name of a release key: the first 16 hexadecimal digits of the SHA-256 of its 32 bytes. */
export const keyIdSchema = z.string().regex(/^[0-9a-f]{16}$/, 'must be 16 hexadecimal digits');
/** An Ed25519 public key: its 32 bytes (RFC 8032) in base64. */
export const publicKeySchema = z
  .string()
  .regex(/^[A-Za-z0-9+/]{43}=$/, 'must be an Ed25519 public key, 32 bytes in base64');

/** Somebody who may sign updates. */
export interface ReleaseKey {
  id: string;
  publicKey: string;
}
