import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { AppError } from '../../../protocol/errors.ts';
import type { ReleaseKey } from '../../../protocol/update/keys.ts';
import { releaseKeyOf } from '../../../protocol/update/release-key.ts';
import { seal, unseal } from '../../ca/sealed-key.ts';

/** Sealed with it, so that no other sealed key of the backend's can sign releases. */
const PURPOSE = 'release-key';

/** Makes a key, sealed, in a file of its owner's alone. Never over another. @throws AppError */
export async function makeKeyFile(file: string, passphrase: string): Promise<ReleaseKey> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const text = await seal(privateKey.export({ format: 'der', type: 'pkcs8' }), PURPOSE, { passphrase });
  try {
    await writeFile(file, text, { flag: 'wx', mode: 0o600, flush: true });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'EEXIST' ? 'it is there already; a key is never written over' : message;
    throw new AppError('invalid-input', `The key cannot be written to ${file}: ${why}.`, { cause });
  }
  return releaseKeyOf(privateKey);
}

/** @throws AppError when it is not there, damaged, or the passphrase is another */
export async function readKeyFile(file: string, passphrase: string): Promise<KeyObject> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new AppError('invalid-input', `The key ${file} cannot be read: ${(cause as Error).message}.`, { cause });
  }
  const key = await unseal(text, PURPOSE, { passphrase });
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}
