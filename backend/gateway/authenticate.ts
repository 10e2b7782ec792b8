import { parseCertificate } from '../../protocol/ssh/certificate.ts';
import { ED25519_CERTIFICATE, GATEWAY_ONLY_OPTION, GRANT_EXTENSION } from '../../protocol/ssh/names.ts';
import { fingerprint } from '../../protocol/ssh/public-key.ts';
import { SshFormatError } from '../../protocol/ssh/reader.ts';
import { verifyEd25519 } from '../../protocol/ssh/signature.ts';
import { verifyCertificate } from '../../protocol/ssh/verify-certificate.ts';
import type { CertificateFacts } from './ports.ts';

/** One try to log in, as ssh2 hands it over: `key.data` is the raw blob the client sent, nothing in it is checked yet. */
export interface LoginTry {
  readonly username: string;
  readonly method: string;
  readonly key?: { readonly algo: string; readonly data: Buffer };
  /** What a signature must cover, and the signature; absent while the client only asks whether a key would do. */
  readonly blob?: Buffer;
  readonly signature?: Buffer;
}

/** Who proved to hold a certificate, before anybody has asked whether its grant lives. */
export interface Claim {
  readonly grantId: string;
  readonly login: string;
  readonly target: string;
  readonly certificate: CertificateFacts;
}

export type LoginVerdict =
  /** Not something we look at (no key, a plain key): the client may try another. */
  | { readonly is: 'other' }
  /** The certificate would do; now sign. */
  | { readonly is: 'acceptable' }
  | { readonly is: 'proved'; readonly claim: Claim }
  | {
      readonly is: 'refused';
      readonly code: string;
      readonly message: string;
      readonly certificate: CertificateFacts | null;
      readonly grantId: string | null;
    };

const USERNAME = 'The user name for the gateway is login@target, such as deploy@db-1.';
/** Anybody can write a certificate that nobody signed; the audit log keeps no more than this of each name in it. */
const LONGEST_CLAIM = 512;

/** Checks certificate and signature of one try. Pure; never throws. @param trusted blobs of the user CAs */
export function judgeLogin(attempt: LoginTry, trusted: readonly Buffer[], now: number): LoginVerdict {
  const { key, username } = attempt;
  if (attempt.method !== 'publickey' || key?.algo !== ED25519_CERTIFICATE) return { is: 'other' };
  const claimed = claimsOf(key.data);
  const refuse = (code: string, message: string): LoginVerdict => ({ is: 'refused', code, message, ...claimed });

  // As the CA writes principals. Anything else would stand in sentences for the audit log, which cannot hold a NUL.
  if (!/^[\x21-\x7e]{1,255}$/.test(username)) return refuse('username', USERNAME);

  const verdict = verifyCertificate(key.data, {
    kind: 'user',
    trusted,
    now,
    principal: username,
    knownCriticalOptions: [GATEWAY_ONLY_OPTION],
  });
  if (!verdict.ok) return refuse(verdict.fault, verdict.message);
  const { certificate } = verdict;
  if (!certificate.criticalOptions.has(GATEWAY_ONLY_OPTION)) {
    return refuse('certificate-purpose', 'The certificate is not one for the gateway.');
  }
  const grantId = certificate.extensions.get(GRANT_EXTENSION);
  if (grantId === undefined || grantId === '') {
    return refuse('certificate-without-grant', 'The certificate does not name the access it stands for.');
  }
  const at = username.indexOf('@');
  const [login, target] = [username.slice(0, at), username.slice(at + 1)];
  if (at < 1 || target === '') {
    return refuse('username', USERNAME);
  }
  if (attempt.signature === undefined || attempt.blob === undefined) return { is: 'acceptable' };
  if (!signedBy(certificate.publicKey, attempt.blob, attempt.signature)) {
    return refuse('signature', 'The proof that you hold the key of the certificate is not valid.');
  }
  return { is: 'proved', claim: { grantId, login, target, certificate: factsOf(certificate) } };
}

function signedBy(publicKey: Buffer, data: Buffer, signature: Buffer): boolean {
  try {
    return verifyEd25519(publicKey, data, signature);
  } catch (error) {
    if (error instanceof SshFormatError) return false;
    throw error;
  }
}

/** What a refused certificate says of itself, for the audit log only. */
function claimsOf(blob: Buffer): { certificate: CertificateFacts | null; grantId: string | null } {
  try {
    const certificate = parseCertificate(blob);
    const facts = factsOf(certificate);
    return {
      certificate: { ...facts, keyId: facts.keyId.slice(0, LONGEST_CLAIM) },
      grantId: certificate.extensions.get(GRANT_EXTENSION)?.slice(0, LONGEST_CLAIM) ?? null,
    };
  } catch (error) {
    if (error instanceof SshFormatError) return { certificate: null, grantId: null };
    throw error;
  }
}

function factsOf(certificate: ReturnType<typeof parseCertificate>): CertificateFacts {
  return {
    serial: certificate.serial.toString(),
    keyId: certificate.keyId,
    fingerprint: fingerprint(certificate.publicKey),
    validBefore: certificate.validBefore * 1000,
  };
}
