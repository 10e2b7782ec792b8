import { ED25519, ED25519_CERTIFICATE } from './names.ts';
import { ed25519PointOf, keyType } from './public-key.ts';
import { SshFormatError, SshReader } from './reader.ts';
import { SshWriter } from './writer.ts';

export type CertificateKind = 'user' | 'host';

/** What a certificate says. Times are whole epoch seconds, as on the wire. */
export interface CertificateFields {
  readonly kind: CertificateKind;
  /** The certified key, as a plain Ed25519 blob. */
  readonly publicKey: Buffer;
  readonly serial: bigint;
  readonly keyId: string;
  readonly principals: readonly string[];
  readonly validAfter: number;
  readonly validBefore: number;
  /** Option name to its text; '' stands for a flag without data. */
  readonly criticalOptions: ReadonlyMap<string, string>;
  readonly extensions: ReadonlyMap<string, string>;
  /** The CA's plain Ed25519 blob. */
  readonly caKey: Buffer;
}

export interface Certificate extends CertificateFields {
  readonly blob: Buffer;
  /** The bytes the CA signed. */
  readonly signed: Buffer;
  readonly signature: Buffer;
}

const KIND_CODE = { user: 1, host: 2 } as const;
/** `ssh-keygen -V always:forever` writes 2^64-1; such a certificate has no end, and we never issue or take one. */
const LARGEST_TIME = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * The bytes a CA signs, OpenSSH PROTOCOL.certkeys, "ED25519 certificate":
 *   string  "ssh-ed25519-cert-v01@openssh.com"
 *   string  nonce
 *   string  pk
 *   uint64  serial
 *   uint32  type
 *   string  key id
 *   string  valid principals (strings in a string)
 *   uint64  valid after
 *   uint64  valid before
 *   string  critical options (name, data pairs in a string)
 *   string  extensions (the same)
 *   string  reserved
 *   string  signature key
 * @param nonce at least 16 random bytes: makes the signed bytes unforeseeable
 */
export function encodeToBeSigned(fields: CertificateFields, nonce: Buffer): Buffer {
  if (fields.principals.length === 0) {
    throw new SshFormatError('a certificate without principals is refused: some readers let it in as anyone');
  }
  if (nonce.length < 16) throw new SshFormatError('a certificate needs a nonce of at least 16 bytes');
  const principals = new SshWriter();
  for (const principal of fields.principals) {
    if (principal === '') throw new SshFormatError('a certificate cannot have an empty principal');
    principals.string(principal);
  }
  return new SshWriter()
    .string(ED25519_CERTIFICATE)
    .string(nonce)
    .string(ed25519PointOf(fields.publicKey))
    .uint64(fields.serial)
    .uint32(KIND_CODE[fields.kind])
    .string(fields.keyId)
    .string(principals.bytes())
    .uint64(BigInt(fields.validAfter))
    .uint64(BigInt(fields.validBefore))
    .string(encodeOptions(fields.criticalOptions))
    .string(encodeOptions(fields.extensions))
    .string('')
    .string(fields.caKey)
    .bytes();
}

/** The finished certificate: what was signed, and the signature blob. */
export function appendSignature(toBeSigned: Buffer, signatureBlob: Buffer): Buffer {
  return new SshWriter().raw(toBeSigned).string(signatureBlob).bytes();
}

/** Parses a certificate blob; checks its form, not its worth (see verifyCertificate). Throws SshFormatError. */
export function parseCertificate(blob: Buffer): Certificate {
  const reader = new SshReader(blob);
  if (reader.text() !== ED25519_CERTIFICATE) throw new SshFormatError('this is not an Ed25519 certificate');
  reader.string(); // nonce
  const point = reader.string();
  if (point.length !== 32) throw new SshFormatError('the certified key does not have 32 bytes');
  const serial = reader.uint64();
  const kind = kindOf(reader.uint32());
  const keyId = reader.text();
  const principals = decodeList(reader.string());
  const validAfter = seconds(reader.uint64());
  const validBefore = seconds(reader.uint64());
  const criticalOptions = decodeOptions(reader.string());
  const extensions = decodeOptions(reader.string());
  reader.string(); // reserved: "currently unused and is ignored"
  const caKey = reader.string();
  const signed = blob.subarray(0, reader.position);
  const signature = reader.string();
  reader.end();
  // A CA key that is itself a certificate would make a chain, which nothing checks (OpenSSH refuses it as well).
  if (keyType(caKey) !== ED25519) throw new SshFormatError('the CA key of the certificate is not a plain Ed25519 key');
  ed25519PointOf(caKey);
  const publicKey = new SshWriter().string(ED25519).string(point).bytes();
  return {
    ...{ blob, signed, signature, publicKey, serial, kind, keyId, principals },
    ...{ validAfter, validBefore, criticalOptions, extensions, caKey },
  };
}

function kindOf(code: number): CertificateKind {
  if (code === KIND_CODE.user) return 'user';
  if (code === KIND_CODE.host) return 'host';
  throw new SshFormatError(`a certificate of unknown type ${code}`);
}

function seconds(value: bigint): number {
  return Number(value < LARGEST_TIME ? value : LARGEST_TIME);
}

function decodeList(bytes: Buffer): string[] {
  const reader = new SshReader(bytes);
  const list: string[] = [];
  while (reader.left > 0) list.push(reader.text());
  return list;
}

function encodeOptions(options: ReadonlyMap<string, string>): Buffer {
  const writer = new SshWriter();
  // Names must be in lexical order, each once: readers may refuse any other order.
  for (const name of [...options.keys()].sort(byBytes)) {
    const value = options.get(name)!;
    writer.string(name).string(value === '' ? '' : new SshWriter().string(value).bytes());
  }
  return writer.bytes();
}

function decodeOptions(bytes: Buffer): Map<string, string> {
  const reader = new SshReader(bytes);
  const options = new Map<string, string>();
  let before: string | undefined;
  while (reader.left > 0) {
    const name = reader.text();
    if (before !== undefined && byBytes(before, name) >= 0) {
      throw new SshFormatError('the options of a certificate are not sorted, or one comes twice');
    }
    before = name;
    const data = reader.string();
    if (data.length === 0) {
      options.set(name, '');
      continue;
    }
    // The data of an option is a string inside the string.
    const inner = new SshReader(data);
    const value = inner.text();
    inner.end();
    options.set(name, value);
  }
  return options;
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
}
