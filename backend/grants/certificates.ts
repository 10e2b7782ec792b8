import type { CertificateReply, GatewayAddress } from '../../protocol/api/routes.ts';
import { AppError } from '../../protocol/errors.ts';
import { endSentence, type Grant, isLive } from '../../protocol/model/grant.ts';
import type { Person } from '../../protocol/model/identity.ts';
import type { Policy } from '../../protocol/model/policy.ts';
import { gatewayPrincipal } from '../../protocol/model/target.ts';
import { parseKeyLine } from '../../protocol/ssh/public-key.ts';
import { SshFormatError } from '../../protocol/ssh/reader.ts';
import type { Clock } from '../../protocol/time.ts';
import { appendAudit } from '../audit/append.ts';
import { auditRefusal } from '../audit/refusals.ts';
import type { IssuedCertificate } from '../ca/issue.ts';
import { issueAccessCertificate } from '../ca/session-certificates.ts';
import type { Signer } from '../ca/signer.ts';
import type { Database } from '../storage/database.ts';
import type { Tx } from '../storage/transaction.ts';
import { findGrant, lockGrant } from './load.ts';

export interface CertificateServices {
  database: Database;
  clock: Clock;
  policy: () => Policy;
  userCa: Signer;
  gateway: () => GatewayAddress;
}

/** Certifies a key for a live grant: at most five minutes, never past the grant's end. */
export class Certificates {
  readonly #with: CertificateServices;

  constructor(services: CertificateServices) {
    this.#with = services;
  }

  async issue(person: Person, grantId: string, publicKeyLine: string): Promise<CertificateReply> {
    const { database, clock, userCa } = this.#with;
    const refused = { kind: 'certificate.refused', actor: person, subject: grantId } as const;
    return auditRefusal(database, clock, refused, async () => {
      const grant = await findGrant(database.db, grantId, clock.now());
      if (grant?.requester.id !== person.id)
        throw new AppError('not-found', 'There is no such access of yours; certificates are for its holder alone.');
      this.#refuseUnusable(grant);
      const publicKey = keyOf(publicKeyLine);
      const certificate = await issueAccessCertificate(userCa, clock, publicKey, {
        id: grant.id,
        login: grant.login,
        target: grant.target.name,
        personEmail: person.email,
        endsAt: grant.endsAt,
        pty: grant.limits.shell,
      });
      // Nothing leaves unrecorded; and the grant is looked at again, now that it cannot change before we commit.
      await database.inTransaction(async (tx) => {
        const still = await lockGrant(tx.db, grantId, clock.now(), 'share');
        this.#refuseUnusable(still ?? grant);
        await record(tx, grant, person, certificate, clock.now());
      });
      return {
        certificate: certificate.line,
        serial: certificate.record.serial,
        validAfter: certificate.record.validAfter,
        validBefore: certificate.record.validBefore,
        now: clock.now(),
        grant,
        gateway: this.#with.gateway(),
        username: gatewayPrincipal(grant.login, grant.target.name),
      };
    });
  }

  #refuseUnusable(grant: Grant): void {
    const refusal = whyNotUsable(grant, this.#with.policy(), this.#with.clock.now());
    if (refusal) throw new AppError('grant-not-live', refusal);
  }
}

/** Why a grant cannot be used at this moment, as a sentence; undefined when it can. Asked at every use. */
export function whyNotUsable(grant: Grant, policy: Policy, now: number): string | undefined {
  if (grant.status.state === 'ended') {
    return `This access has ended: ${endSentence(grant.status.reason, grant.status.by?.name)}. Ask again if you still need it.`;
  }
  if (now < grant.startsAt) return 'This access has not begun yet.';
  if (!isLive(grant, now)) return 'This access has ended: its time is over. Ask again if you still need it.';
  if (!policy.targets.some((t) => t.name === grant.target.name))
    return `The target ${grant.target.name} is no longer in the policy; ask an admin.`;
  return undefined;
}

function keyOf(line: string): Buffer {
  try {
    return parseKeyLine(line).blob;
  } catch (cause) {
    if (!(cause instanceof SshFormatError)) throw cause;
    throw new AppError('invalid-input', `This is not a public key to certify: ${cause.message}.`, {
      field: 'publicKey',
      cause,
    });
  }
}

async function record(
  tx: Tx,
  grant: Grant,
  person: Person,
  { record: made }: IssuedCertificate,
  now: number,
): Promise<void> {
  await tx.db
    .insertInto('certificates')
    .values({
      serial: made.serial,
      grant_id: grant.id,
      person_id: person.id,
      key_id: made.keyId,
      fingerprint: made.fingerprint,
      principal: made.principals.join(','),
      valid_after: made.validAfter,
      valid_before: made.validBefore,
      issued_at: now,
    })
    .execute();
  appendAudit(tx, {
    at: now,
    kind: 'certificate.issued',
    actor: person,
    subject: grant.id,
    message: `${person.name} received a certificate for ${grant.login} on ${grant.target.name}.`,
    details: { ...made },
  });
}
