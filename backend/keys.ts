import { hkdfSync, type KeyObject } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../protocol/errors.ts';
import { ed25519Blob, formatKeyLine } from '../protocol/ssh/public-key.ts';
import { type FileSignerOptions, openFileSigner, openSealedKey } from './ca/file-signer.ts';
import type { Signer } from './ca/signer.ts';

/** The backend's own keys. They lie sealed in files of mode 0600, never in the database. */
export interface Keys {
  /** Signs the certificates of people for the gateway, and of the gateway for targets. */
  userCa: Signer;
  /**
   * Signs the certificates of people for targets without a gateway. A CA of its own: such a certificate names an account
   * alone, and would otherwise open that account on every target behind the gateway too.
   */
  directCa: Signer;
  /** Signs the host keys of targets. */
  hostCa: Signer;
  gatewayHostKey: KeyObject;
  /** 32 bytes that seal what the identity provider trusts us with. */
  signInSealingKey: Uint8Array;
}

/**
 * Opens the keys in a folder, making those that are not there.
 * @throws AppError 'invalid-input' when the secret does not open them, others may read it, or the folder cannot be used
 */
export async function openKeys(folder: string, secret: FileSignerOptions['secret']): Promise<Keys> {
  try {
    return await openOrMakeKeys(folder, secret);
  } catch (cause) {
    const { code, path = folder } = cause as NodeJS.ErrnoException;
    if (cause instanceof AppError || code === undefined) throw cause;
    const sentence = `The keys in ${folder} cannot be used: ${WHY[code] ?? code} (${path}).`;
    throw new AppError('invalid-input', sentence, { cause });
  }
}

/** What stands in the way of files, and what to do. */
const WHY: Readonly<Record<string, string>> = {
  EACCES: 'this user may not read or write there; give the folder to the user that the backend runs as',
  EPERM: 'this user may not read or write there; give the folder to the user that the backend runs as',
  EROFS:
    'that file system is read-only; let `sallyport init` make the keys where they can be written, or mount it writable',
  // What Node says of a folder that is to be made on a read-only file system.
  ENOENT: 'it is not there and cannot be made: the file system is read-only, or somebody takes it away meanwhile',
  ENOSPC: 'the disk is full; make room',
};

async function openOrMakeKeys(folder: string, secret: FileSignerOptions['secret']): Promise<Keys> {
  const of = (purpose: string): FileSignerOptions => ({ file: join(folder, `${purpose}.sealed`), purpose, secret });
  const signIn = await openSealedKey(of('sign-in'));
  const material = signIn.export({ format: 'der', type: 'pkcs8' });
  const keys = {
    userCa: await openFileSigner(of('user-ca')),
    directCa: await openFileSigner(of('direct-ca')),
    hostCa: await openFileSigner(of('host-ca')),
    gatewayHostKey: await openSealedKey(of('gateway-host')),
    signInSealingKey: new Uint8Array(hkdfSync('sha256', material, '', 'sallyport sign-in sealing', 32)),
  };
  // What targets (TrustedUserCAKeys) and people who check a fingerprint need is beside them, in the open.
  const inTheOpen = {
    'user-ca.pub': keys.userCa.publicBlob,
    'direct-ca.pub': keys.directCa.publicBlob,
    'host-ca.pub': keys.hostCa.publicBlob,
    'gateway-host.pub': ed25519Blob(keys.gatewayHostKey),
  };
  for (const [name, blob] of Object.entries(inTheOpen))
    await putIfOther(join(folder, name), `${formatKeyLine(blob, `sallyport-${name.replace('.pub', '')}`)}\n`);
  return keys;
}

/** What is right already is not written: the folder may be read-only from then on. */
async function putIfOther(path: string, text: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => undefined)) !== text) await writeFile(path, text);
}
