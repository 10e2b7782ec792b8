import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../../protocol/errors.ts';
import { ed25519Blob } from '../../protocol/ssh/public-key.ts';
import { type SealingSecret, seal, unseal } from './sealed-key.ts';
import type { Signer } from './signer.ts';

export interface FileSignerOptions {
  /** Where the sealed key lies; made, with a new key, when it is not there. */
  readonly file: string;
  /** What the key is for, such as 'user-ca'; sealed with it. */
  readonly purpose: string;
  /** A 0600 file of its own, made when it is not there (keep it out of the database's backups), or a passphrase. */
  readonly secret: { readonly keyFile: string } | { readonly passphrase: string };
}

/** Opens the sealed Ed25519 key, or makes one. @throws AppError 'invalid-input' when it does not open */
export async function openFileSigner(options: FileSignerOptions): Promise<Signer> {
  return new FileSigner(await openSealedKey(options));
}

/** The same for a key that its user must hold itself, such as the gateway's host key. */
export async function openSealedKey(options: FileSignerOptions): Promise<KeyObject> {
  const secret = 'keyFile' in options.secret ? { key: await sealingKey(options.secret.keyFile) } : options.secret;
  return openOrMake(options, secret);
}

class FileSigner implements Signer {
  readonly #key: KeyObject;
  readonly publicBlob: Buffer;

  constructor(key: KeyObject) {
    this.#key = key;
    this.publicBlob = ed25519Blob(key);
  }

  async sign(data: Buffer): Promise<Buffer> {
    return sign(null, data, this.#key);
  }
}

async function openOrMake(options: FileSignerOptions, secret: SealingSecret): Promise<KeyObject> {
  const sealed = await readIfThere(options.file);
  if (sealed === undefined) {
    const { privateKey } = generateKeyPairSync('ed25519');
    const der = privateKey.export({ format: 'der', type: 'pkcs8' });
    await createFile(options.file, await seal(der, options.purpose, secret));
    der.fill(0);
    // Read back what is on disk: it must open, and another process may have been first.
    return openOrMake(options, secret);
  }
  const der = await unseal(sealed, options.purpose, secret);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  der.fill(0);
  return key;
}

async function sealingKey(file: string): Promise<Buffer> {
  const text = await readIfThere(file);
  if (text === undefined) {
    await createFile(file, `${randomBytes(32).toString('base64')}\n`);
    return sealingKey(file);
  }
  if (process.platform !== 'win32' && ((await stat(file)).mode & 0o077) !== 0) {
    throw new AppError('invalid-input', `Other users can read the sealing key ${file}; run: chmod 600 ${file}`);
  }
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== 32) throw new AppError('invalid-input', `${file} does not hold a sealing key of 32 bytes.`);
  return key;
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whole or not at all, on disk before it returns; a file that is already there is left as it is. */
async function createFile(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chmod(draft, 0o600);
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(draft);
  }
}
