import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { ED25519 } from './names.ts';
import { keyType } from './public-key.ts';
import { SshFormatError, SshReader } from './reader.ts';
import { verifyEd25519 } from './signature.ts';
import { SshWriter } from './writer.ts';

const CERTIFICATE = /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521))-cert-v01@openssh\.com$/;
/** How many fields a plain key of the type has after its name. */
const FIELDS: Readonly<Record<string, number>> = { [ED25519]: 1, 'ssh-rsa': 2 };
const CURVES: Readonly<Record<string, { crv: string; hash: string; bytes: number }>> = {
  'ecdsa-sha2-nistp256': { crv: 'P-256', hash: 'sha256', bytes: 32 },
  'ecdsa-sha2-nistp384': { crv: 'P-384', hash: 'sha384', bytes: 48 },
  'ecdsa-sha2-nistp521': { crv: 'P-521', hash: 'sha512', bytes: 66 },
};
/** An RSA key's SHA-1 signature is not among them. */
const RSA_HASHES: Readonly<Record<string, string>> = { 'rsa-sha2-256': 'sha256', 'rsa-sha2-512': 'sha512' };

/**
 * The key inside a host key as a server shows it: itself, or what its host certificate certifies (OpenSSH
 * PROTOCOL.certkeys: the type's name, a nonce, then the key's own fields). Throws SshFormatError.
 */
export function plainHostKey(blob: Buffer): Buffer {
  const type = CERTIFICATE.exec(keyType(blob))?.[1];
  if (type === undefined) return blob;
  const reader = new SshReader(blob);
  reader.string(); // type
  reader.string(); // nonce
  const plain = new SshWriter().string(type);
  for (let field = 0; field < (FIELDS[type] ?? 2); field++) plain.string(reader.string());
  return plain.bytes();
}

/** Whether a signature blob is by this plain host key over `data`. False for a kind of key or hash that is not known. Throws SshFormatError. */
export function verifyHostSignature(key: Buffer, data: Buffer, signature: Buffer): boolean {
  const type = keyType(key);
  if (type === ED25519) return verifyEd25519(key, data, signature);
  const reader = new SshReader(signature);
  const algorithm = reader.text();
  const bytes = reader.string();
  reader.end();
  if (type === 'ssh-rsa') {
    const hash = RSA_HASHES[algorithm];
    return hash !== undefined && verify(hash, data, rsaKey(key), bytes);
  }
  const curve = CURVES[type];
  if (curve === undefined || algorithm !== type) return false;
  // RFC 5656 section 3.1.2: mpint r, mpint s.
  const pair = new SshReader(bytes);
  const [r, s] = [unsigned(pair.string(), curve.bytes), unsigned(pair.string(), curve.bytes)];
  pair.end();
  return verify(curve.hash, data, { key: ecdsaKey(key), dsaEncoding: 'ieee-p1363' }, Buffer.concat([r, s]));
}

/** RFC 4253 section 6.6: string "ssh-rsa", mpint e, mpint n. */
function rsaKey(blob: Buffer): KeyObject {
  const reader = new SshReader(blob);
  reader.string();
  const [e, n] = [reader.string(), reader.string()];
  reader.end();
  return keyOf({ kty: 'RSA', e: unsigned(e).toString('base64url'), n: unsigned(n).toString('base64url') });
}

/** RFC 5656 section 3.1: string type, string curve, string 0x04 x y. */
function ecdsaKey(blob: Buffer): KeyObject {
  const reader = new SshReader(blob);
  const { crv, bytes } = CURVES[reader.text()]!;
  reader.string();
  const point = reader.string();
  reader.end();
  if (point.length !== 1 + 2 * bytes || point[0] !== 4) throw new SshFormatError('an ECDSA key without a plain point');
  const x = point.subarray(1, 1 + bytes).toString('base64url');
  const y = point.subarray(1 + bytes).toString('base64url');
  return keyOf({ kty: 'EC', crv, x, y });
}

function keyOf(key: { kty: string; [field: string]: string }): KeyObject {
  try {
    return createPublicKey({ key, format: 'jwk' });
  } catch {
    throw new SshFormatError('these bytes are no public key');
  }
}

/** A non-negative mpint without its sign byte, widened to `width` bytes. */
function unsigned(mpint: Buffer, width = 0): Buffer {
  let start = 0;
  while (start < mpint.length - 1 && mpint[start] === 0) start += 1;
  const bytes = mpint.subarray(start);
  if (width === 0) return bytes;
  if (bytes.length > width) throw new SshFormatError('a number in a signature is too long');
  return Buffer.concat([Buffer.alloc(width - bytes.length), bytes]);
}
