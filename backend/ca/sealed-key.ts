import { createCipheriv, createDecipheriv, randomBytes, type ScryptOptions, scrypt } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../protocol/errors.ts';

/** What opens a sealed key: the 32 bytes of a key file, or a passphrase. */
export type SealingSecret = { readonly key: Buffer } | { readonly passphrase: string };

/** 64 MiB and about 0.2 s: once per start of the backend. */
const SCRYPT = { N: 2 ** 16, r: 8, p: 1 } as const;
const base64 = z.base64().transform((text) => Buffer.from(text, 'base64'));

const sealedSchema = z.strictObject({
  format: z.literal('sallyport-sealed-key-1'),
  purpose: z.string(),
  kdf: z.discriminatedUnion('name', [
    z.strictObject({ name: z.literal('none') }),
    z.strictObject({
      name: z.literal('scrypt'),
      salt: base64,
      N: z
        .number()
        .int()
        .min(2 ** 14)
        .max(2 ** 20),
      r: z.number().int().min(1).max(32),
      p: z.number().int().min(1).max(16),
    }),
  ]),
  iv: base64,
  ciphertext: base64,
  tag: base64,
});

/** AES-256-GCM; the purpose is authenticated, so that a host CA's file cannot be put in the user CA's place. */
export async function seal(plain: Buffer, purpose: string, secret: SealingSecret): Promise<string> {
  const salt = randomBytes(16);
  const kdf = 'key' in secret ? { name: 'none' } : { name: 'scrypt', salt: salt.toString('base64'), ...SCRYPT };
  const key = 'key' in secret ? secret.key : await derive(secret.passphrase, salt, SCRYPT);
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(purpose));
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()]);
  const text = { iv, ciphertext, tag: cipher.getAuthTag() };
  const encoded = Object.fromEntries(Object.entries(text).map(([name, bytes]) => [name, bytes.toString('base64')]));
  return `${JSON.stringify({ format: 'sallyport-sealed-key-1', purpose, kdf, ...encoded }, null, 2)}\n`;
}

/** Opens what `seal` made. @throws AppError 'invalid-input' with what to check */
export async function unseal(text: string, purpose: string, secret: SealingSecret): Promise<Buffer> {
  const sealed = parse(text);
  if (sealed.purpose !== purpose) {
    throw new AppError('invalid-input', `This sealed key is for ${sealed.purpose}, not for ${purpose}.`);
  }
  const { kdf } = sealed;
  const key = await keyFor(kdf, secret);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.iv, { authTagLength: 16 });
    decipher.setAAD(Buffer.from(purpose)).setAuthTag(sealed.tag);
    return Buffer.concat([decipher.update(sealed.ciphertext), decipher.final()]);
  } catch (cause) {
    const what = kdf.name === 'none' ? 'key file' : 'passphrase';
    throw new AppError('invalid-input', `The sealed ${purpose} key does not open: wrong ${what}, or it was altered.`, {
      cause,
    });
  }
}

type Sealed = z.infer<typeof sealedSchema>;

function parse(text: string): Sealed {
  try {
    return sealedSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError('invalid-input', 'The sealed key file is damaged or of another version.', { cause });
  }
}

async function keyFor(kdf: Sealed['kdf'], secret: SealingSecret): Promise<Buffer> {
  if (kdf.name === 'none') {
    if ('key' in secret) return secret.key;
    throw new AppError('invalid-input', 'This key was sealed with a key file; a passphrase does not open it.');
  }
  if ('passphrase' in secret) return derive(secret.passphrase, kdf.salt, kdf);
  throw new AppError('invalid-input', 'This key was sealed with a passphrase; a key file does not open it.');
}

function derive(passphrase: string, salt: Buffer, cost: { N: number; r: number; p: number }): Promise<Buffer> {
  const options: ScryptOptions = { N: cost.N, r: cost.r, p: cost.p, maxmem: 256 * cost.N * cost.r };
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, 32, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
