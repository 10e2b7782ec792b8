import { randomBytes } from 'node:crypto';
import { AppError } from '../../protocol/errors.ts';
import {
  appendSignature,
  type CertificateFields,
  type CertificateKind,
  encodeToBeSigned,
} from '../../protocol/ssh/certificate.ts';
import { ed25519PointOf, fingerprint, formatKeyLine } from '../../protocol/ssh/public-key.ts';
import { SshFormatError } from '../../protocol/ssh/reader.ts';
import { ed25519SignatureBlob } from '../../protocol/ssh/signature.ts';
import { verifyCertificate } from '../../protocol/ssh/verify-certificate.ts';
import type { Clock } from '../../protocol/time.ts';
import type { Signer } from './signer.ts';

/** From valid-after to valid-before, the time a user certificate may span. */
export const LONGEST_USER_CERTIFICATE_MS = 5 * 60_000;
/** Host certificates name a machine, not a grant; they are renewed by the machine's own agent. */
export const LONGEST_HOST_CERTIFICATE_MS = 30 * 24 * 3_600_000;
/** Valid this much before its issue, for machines whose clock is behind. */
const BACKDATE_MS = 30_000;

export interface CertificateRequest {
  /** The key to certify, as a plain Ed25519 blob. */
  readonly publicKey: Buffer;
  /** At least one. */
  readonly principals: readonly string[];
  /** Printable text; sshd writes it to its log. */
  readonly keyId: string;
  /** Epoch ms; the certificate never outlives it. */
  readonly endsAt: number;
  /** Name to text, '' for a flag. */
  readonly criticalOptions?: Readonly<Record<string, string>>;
  readonly extensions?: Readonly<Record<string, string>>;
}

/** What the audit log keeps of an issued certificate. */
export interface CertificateRecord {
  readonly kind: CertificateKind;
  /** Decimal: it can be larger than a JavaScript number. */
  readonly serial: string;
  readonly keyId: string;
  readonly principals: readonly string[];
  readonly fingerprint: string;
  readonly caFingerprint: string;
  /** Epoch ms. */
  readonly validAfter: number;
  readonly validBefore: number;
}

export interface IssuedCertificate {
  readonly blob: Buffer;
  /** As in a `*-cert.pub` file. */
  readonly line: string;
  readonly record: CertificateRecord;
}

/** A user certificate of at most five minutes. See `issue` for what can be refused. */
export function issueUserCertificate(
  signer: Signer,
  clock: Clock,
  request: CertificateRequest,
): Promise<IssuedCertificate> {
  return issue('user', LONGEST_USER_CERTIFICATE_MS, signer, clock, request);
}

/** A host certificate; principals are the names clients use for the host. See `issue` for what can be refused. */
export function issueHostCertificate(
  signer: Signer,
  clock: Clock,
  request: CertificateRequest,
): Promise<IssuedCertificate> {
  return issue('host', LONGEST_HOST_CERTIFICATE_MS, signer, clock, request);
}

/**
 * Build, limit, sign, check the finished certificate, record.
 * @throws AppError 'invalid-input' for a key, principal or key id that cannot be certified, 'grant-not-live' when no
 * time is left, 'internal' when the finished certificate does not pass its own check (it does not leave then)
 */
async function issue(
  kind: CertificateKind,
  longestMs: number,
  signer: Signer,
  clock: Clock,
  request: CertificateRequest,
): Promise<IssuedCertificate> {
  refuseUnfit(request);
  const now = clock.now();
  const validAfter = Math.floor((now - BACKDATE_MS) / 1000);
  const validBefore = Math.min(validAfter + Math.floor(longestMs / 1000), Math.floor(request.endsAt / 1000));
  if (validBefore * 1000 <= now) {
    throw new AppError('grant-not-live', 'This access has ended, so there is no certificate for it any more.');
  }
  const fields: CertificateFields = {
    kind,
    publicKey: request.publicKey,
    serial: newSerial(),
    keyId: request.keyId,
    principals: request.principals,
    validAfter,
    validBefore,
    criticalOptions: new Map(Object.entries(request.criticalOptions ?? {})),
    extensions: new Map(Object.entries(request.extensions ?? {})),
    caKey: signer.publicBlob,
  };
  const toBeSigned = encodeToBeSigned(fields, randomBytes(32));
  const blob = appendSignature(toBeSigned, ed25519SignatureBlob(await signer.sign(toBeSigned)));
  refuseBadlyMade(blob, fields, now);
  return { blob, line: formatKeyLine(blob, request.keyId), record: recordOf(fields) };
}

function refuseUnfit(request: CertificateRequest): void {
  try {
    ed25519PointOf(request.publicKey);
  } catch (error) {
    if (!(error instanceof SshFormatError)) throw error;
    throw new AppError('invalid-input', `This key cannot be certified: ${error.message}.`, { field: 'publicKey' });
  }
  if (request.principals.length === 0 || request.principals.some((name) => !/^[\x21-\x7e]{1,255}$/.test(name))) {
    throw new AppError('invalid-input', 'A certificate needs principals of plain printable characters.', {
      field: 'principals',
    });
  }
  if (!/^[\x20-\x7e]{1,512}$/.test(request.keyId)) {
    throw new AppError('invalid-input', 'The key id of a certificate is plain printable text.', { field: 'keyId' });
  }
}

/** The last look before a certificate leaves: as a stranger would read it, is it what was asked for? */
function refuseBadlyMade(blob: Buffer, asked: CertificateFields, now: number): void {
  const verdict = verifyCertificate(blob, {
    kind: asked.kind,
    trusted: [asked.caKey],
    now,
    knownCriticalOptions: [...asked.criticalOptions.keys()],
  });
  if (!verdict.ok) {
    throw new AppError('internal', 'The finished certificate did not pass its own check.', { cause: verdict });
  }
  const { certificate } = verdict;
  const same =
    certificate.publicKey.equals(asked.publicKey) &&
    certificate.serial === asked.serial &&
    certificate.validAfter === asked.validAfter &&
    certificate.validBefore === asked.validBefore &&
    certificate.keyId === asked.keyId &&
    certificate.principals.join('\n') === asked.principals.join('\n') &&
    sameOptions(certificate.criticalOptions, asked.criticalOptions) &&
    sameOptions(certificate.extensions, asked.extensions);
  if (!same) throw new AppError('internal', 'The finished certificate does not say what was asked for.');
}

function sameOptions(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([name, value]) => b.get(name) === value);
}

/** Random, so that several nodes need not agree; never 0, which means "none". */
function newSerial(): bigint {
  return randomBytes(8).readBigUInt64BE() | 1n;
}

function recordOf(fields: CertificateFields): CertificateRecord {
  return {
    kind: fields.kind,
    serial: fields.serial.toString(),
    keyId: fields.keyId,
    principals: fields.principals,
    fingerprint: fingerprint(fields.publicKey),
    caFingerprint: fingerprint(fields.caKey),
    validAfter: fields.validAfter * 1000,
    validBefore: fields.validBefore * 1000,
  };
}
