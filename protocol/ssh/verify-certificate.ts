import { type Certificate, type CertificateKind, parseCertificate } from './certificate.ts';
import { SshFormatError } from './reader.ts';
import { verifyEd25519 } from './signature.ts';

/** Why a certificate is no good. */
export type CertificateFault =
  | 'certificate-malformed'
  | 'certificate-kind'
  | 'certificate-of-another-ca'
  | 'certificate-signature'
  | 'certificate-without-principals'
  | 'certificate-not-yet-valid'
  | 'certificate-expired'
  | 'certificate-option-unknown'
  | 'certificate-principal';

export type CertificateVerdict =
  | { readonly ok: true; readonly certificate: Certificate }
  | { readonly ok: false; readonly fault: CertificateFault; readonly message: string };

export interface CertificateRules {
  readonly kind: CertificateKind;
  /** Plain Ed25519 blobs of the CAs to believe: the current one, and the next or last while they rotate. */
  readonly trusted: readonly Buffer[];
  /** Epoch milliseconds, from the injected clock. */
  readonly now: number;
  /** Who it must be for; left out only where the finished certificate is checked at the CA. */
  readonly principal?: string;
  /** Critical options the caller will enforce. Any other refuses the certificate. */
  readonly knownCriticalOptions?: readonly string[];
}

/** Checks a certificate as PROTOCOL.certkeys asks, and says in one sentence what is wrong with it. Never throws. */
export function verifyCertificate(blob: Buffer, rules: CertificateRules): CertificateVerdict {
  let certificate: Certificate;
  let signatureGood: boolean;
  try {
    certificate = parseCertificate(blob);
    if (!rules.trusted.some((ca) => ca.equals(certificate.caKey))) {
      return refuse('certificate-of-another-ca', 'The certificate was not issued by this Sallyport.');
    }
    signatureGood = verifyEd25519(certificate.caKey, certificate.signed, certificate.signature);
  } catch (error) {
    if (!(error instanceof SshFormatError)) throw error;
    return refuse('certificate-malformed', `The certificate cannot be read: ${error.message}.`);
  }
  if (!signatureGood) {
    return refuse('certificate-signature', 'The signature on the certificate is not valid.');
  }
  if (certificate.kind !== rules.kind) {
    return refuse('certificate-kind', `This is a ${certificate.kind} certificate where a ${rules.kind} one is needed.`);
  }
  if (certificate.principals.length === 0 || certificate.principals.includes('')) {
    return refuse('certificate-without-principals', 'The certificate does not say who it is for.');
  }
  for (const name of certificate.criticalOptions.keys()) {
    if (rules.knownCriticalOptions?.includes(name) !== true) {
      return refuse('certificate-option-unknown', `The certificate asks for "${name}", which cannot be enforced here.`);
    }
  }
  if (rules.now < certificate.validAfter * 1000) {
    return refuse('certificate-not-yet-valid', `The certificate is valid only from ${iso(certificate.validAfter)} on.`);
  }
  if (rules.now >= certificate.validBefore * 1000) {
    return refuse('certificate-expired', `The certificate expired at ${iso(certificate.validBefore)}.`);
  }
  if (rules.principal !== undefined && !certificate.principals.includes(rules.principal)) {
    return refuse(
      'certificate-principal',
      `The certificate is for ${certificate.principals.join(', ')}, not for ${rules.principal}.`,
    );
  }
  return { ok: true, certificate };
}

function refuse(fault: CertificateFault, message: string): CertificateVerdict {
  return { ok: false, fault, message };
}

function iso(epochSeconds: number): string {
  const date = new Date(epochSeconds * 1000);
  return Number.isNaN(date.getTime()) ? 'an unreadable time' : date.toISOString().replace('.000Z', 'Z');
}
