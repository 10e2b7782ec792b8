import { gatewayPrincipal } from '../../protocol/model/target.ts';
import { GATEWAY_ONLY_OPTION, GRANT_EXTENSION } from '../../protocol/ssh/names.ts';
import type { Clock } from '../../protocol/time.ts';
import { type IssuedCertificate, issueUserCertificate } from './issue.ts';
import type { Signer } from './signer.ts';

/** The part of a live grant that its certificates speak of. The caller has checked that it is live. */
export interface CertifiedGrant {
  readonly id: string;
  readonly login: string;
  readonly target: string;
  readonly personEmail: string;
  /** Epoch ms. */
  readonly endsAt: number;
  /** Whether sessions may have a terminal. */
  readonly pty: boolean;
  /** Whether connections may be made onward from the target. */
  readonly forward: boolean;
}

/**
 * The engineer's certificate: opens the gateway, and nothing else. Its principal is `login@target`, and it carries a
 * critical option that no sshd knows, so that a target refuses it even where such an account exists.
 */
export function issueAccessCertificate(
  signer: Signer,
  clock: Clock,
  publicKey: Buffer,
  grant: CertifiedGrant,
): Promise<IssuedCertificate> {
  return issueUserCertificate(signer, clock, {
    publicKey,
    principals: [gatewayPrincipal(grant.login, grant.target)],
    keyId: `sallyport grant=${grant.id} person=${inKeyId(grant.personEmail)}`,
    endsAt: grant.endsAt,
    criticalOptions: { [GATEWAY_ONLY_OPTION]: '' },
    extensions: { [GRANT_EXTENSION]: grant.id, ...ptyOf(grant) },
  });
}

/**
 * The engineer's certificate for a target without a gateway: the principal is the account itself, which is all that sshd
 * compares. It opens that account on every target that trusts this CA, so the CA signs for nothing else.
 */
export function issueDirectCertificate(
  directCa: Signer,
  clock: Clock,
  publicKey: Buffer,
  grant: CertifiedGrant,
): Promise<IssuedCertificate> {
  return issueUserCertificate(directCa, clock, {
    publicKey,
    principals: [grant.login],
    keyId: `sallyport person=${inKeyId(grant.personEmail)} grant=${grant.id} target=${grant.target}`,
    endsAt: grant.endsAt,
    extensions: { [GRANT_EXTENSION]: grant.id, ...onTarget(grant) },
  });
}

/** The gateway's certificate for one session on the target: the principal is the account itself. */
export function issueTargetCertificate(
  signer: Signer,
  clock: Clock,
  publicKey: Buffer,
  grant: CertifiedGrant,
  sessionId: string,
): Promise<IssuedCertificate> {
  return issueUserCertificate(signer, clock, {
    publicKey,
    principals: [grant.login],
    keyId: `sallyport person=${inKeyId(grant.personEmail)} grant=${grant.id} session=${sessionId}`,
    endsAt: grant.endsAt,
    extensions: onTarget(grant),
  });
}

/**
 * An address as one word of printable ASCII, at most 200 long: sshd logs the key id, and neither may a space in it begin a
 * second "grant=" there, nor an address in other letters keep its owner from being certified.
 */
function inKeyId(email: string): string {
  const escaped = (c: string): string =>
    `%${[...Buffer.from(c)].map((b) => b.toString(16).padStart(2, '0')).join('%')}`;
  return email.replace(/[^\x21-\x7e]|[%=]/gu, escaped).slice(0, 200);
}

/** What sshd lets a certificate do only if it says so. */
function onTarget(grant: CertifiedGrant): Record<string, string> {
  return { ...ptyOf(grant), ...(grant.forward ? { 'permit-port-forwarding': '' } : {}) };
}

function ptyOf(grant: CertifiedGrant): Record<string, string> {
  return grant.pty ? { 'permit-pty': '' } : {};
}
