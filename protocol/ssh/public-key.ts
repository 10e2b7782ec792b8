import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { ED25519 } from './names.ts';
import { SshFormatError, SshReader } from './reader.ts';
import { SshWriter } from './writer.ts';

/** One line as in id_ed25519.pub, known_hosts (without hosts) or a *-cert.pub file. */
export interface KeyLine {
  readonly type: string;
  readonly blob: Buffer;
  readonly comment: string;
}

const LINE = /^([a-z0-9][a-z0-9@.-]{0,63}) ([A-Za-z0-9+/]+={0,2})(?: ([^\r\n]*))?$/;

/** Parses `type base64 [comment]`; the type inside the blob must agree. Throws SshFormatError. */
export function parseKeyLine(line: string): KeyLine {
  const [, type, base64, comment] = LINE.exec(line.trim()) ?? [];
  if (type === undefined || base64 === undefined) throw new SshFormatError('this is not an SSH public key line');
  const blob = Buffer.from(base64, 'base64');
  if (blob.toString('base64') !== base64) throw new SshFormatError('the key line is not clean base64');
  if (keyType(blob) !== type) throw new SshFormatError('the key line names another type than its key');
  return { type, blob, comment: comment ?? '' };
}

/** `type base64 comment`, without a line end. */
export function formatKeyLine(blob: Buffer, comment = ''): string {
  const line = `${keyType(blob)} ${blob.toString('base64')}`;
  return comment === '' ? line : `${line} ${comment}`;
}

/** The type name a key blob begins with. Throws SshFormatError. */
export function keyType(blob: Buffer): string {
  return new SshReader(blob).text();
}

/** What `ssh-keygen -l` shows: `SHA256:` and unpadded base64. */
export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** Ed25519 public key blob (RFC 8709 section 4) of a Node key, public or private. Throws for another kind of key. */
export function ed25519Blob(key: KeyObject): Buffer {
  if (key.asymmetricKeyType !== 'ed25519') throw new SshFormatError('only Ed25519 keys are used here');
  const { x } = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' });
  return new SshWriter().string(ED25519).string(Buffer.from(x!, 'base64url')).bytes();
}

/** The 32 bytes of a plain Ed25519 blob; a certificate or any other type throws SshFormatError. */
export function ed25519PointOf(blob: Buffer): Buffer {
  const reader = new SshReader(blob);
  if (reader.text() !== ED25519) throw new SshFormatError('this is not a plain Ed25519 key');
  const point = reader.string();
  reader.end();
  if (point.length !== 32) throw new SshFormatError('an Ed25519 key has 32 bytes');
  return point;
}

/** A Node key for `crypto.verify`, from a plain Ed25519 blob. */
export function ed25519KeyObject(blob: Buffer): KeyObject {
  return createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: ed25519PointOf(blob).toString('base64url') },
    format: 'jwk',
  });
}
