import { verify } from 'node:crypto';
import { ED25519 } from './names.ts';
import { ed25519KeyObject } from './public-key.ts';
import { SshFormatError, SshReader } from './reader.ts';
import { SshWriter } from './writer.ts';

/**
 * Signature blob (RFC 8709 section 6):
 *   string  "ssh-ed25519"
 *   string  64 raw bytes
 */
export function ed25519SignatureBlob(raw: Buffer): Buffer {
  return new SshWriter().string(ED25519).string(raw).bytes();
}

/** Whether `signature` (a signature blob) is by the key of `publicBlob` over `data`. Throws SshFormatError on malformed bytes. */
export function verifyEd25519(publicBlob: Buffer, data: Buffer, signature: Buffer): boolean {
  const reader = new SshReader(signature);
  // A certificate's key signs under its plain name (OpenSSH PROTOCOL.certkeys); any other name is refused.
  if (reader.text() !== ED25519) throw new SshFormatError('the signature is not an Ed25519 signature');
  const raw = reader.string();
  reader.end();
  if (raw.length !== 64) throw new SshFormatError('an Ed25519 signature has 64 bytes');
  return verify(null, data, ed25519KeyObject(publicBlob), raw);
}
