import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
export const SEALING_KEY_BYTES = 32;

/** Seals text with a key that lives outside the database. What is sealed for one row cannot be opened in another. */
export interface Seal {
  seal(text: string, row: string): Buffer;
  /** Undefined when it was sealed with another key, for another row, or was changed. */
  open(sealed: Uint8Array, row: string): string | undefined;
}

/**
 * AES-256-GCM: version (1) ‖ nonce (12) ‖ tag (16) ‖ ciphertext, with the row's id as associated data.
 * @throws when the key is not 32 bytes
 */
export function sealWith(key: Uint8Array): Seal {
  if (key.length !== SEALING_KEY_BYTES) throw new Error(`The sealing key must be ${SEALING_KEY_BYTES} bytes.`);
  return {
    seal(text, row) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(row));
      const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), ciphertext]);
    },
    open(sealed, row) {
      const start = 1 + NONCE_BYTES + TAG_BYTES;
      if (sealed.length < start || sealed[0] !== VERSION) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      })
        .setAAD(Buffer.from(row))
        .setAuthTag(sealed.subarray(1 + NONCE_BYTES, start));
      try {
        return Buffer.concat([decipher.update(sealed.subarray(start)), decipher.final()]).toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
}
