import type { CertificateReply, Endpoint } from '../../protocol/api/routes.ts';
import { AppError } from '../../protocol/errors.ts';
import { cutsAt, endSentence, type Grant, isLive } from '../../protocol/model/grant.ts';
import type { Person } from '../../protocol/model/identity.ts';
import type { Policy, PolicyTarget } from '../../protocol/model/policy.ts';
import { gatewayPrincipal } from '../../protocol/model/target.ts';
import { parseKeyLine } from '../../protocol/ssh/public-key.ts';
import { SshFormatError } from '../../protocol/ssh/reader.ts';
import type { Clock } from '../../protocol/time.ts';
import { appendAudit } from '../audit/append.ts';
import { auditRefusal } from '../audit/refusals.ts';
import type { IssuedCertificate } from '../ca/issue.ts';
import { type CertifiedGrant, issueAccessCertificate, issueDirectCertificate } from '../ca/session-certificates.ts';
import type { Signer } from '../ca/signer.ts';
import type { Database } from '../storage/database.ts';
import type { Tx } from '../storage/transaction.ts';
import { beginGrant } from './begin.ts';
import { findGrant, lockGrant } from './load.ts';

export interface CertificateServices {
  database: Database;
  clock: Clock;
  policy: () => Policy;
  userCa: Signer;
  directCa: Signer;
  gateway: () => Endpoint;
}

/** What a certificate is used with. */
interface Way {
  certificate: IssuedCertificate;
  endpoint: Endpoint;
  username: string;
}

/** Certifies a key for a live grant: at most five minutes, never past the grant's end. */
export class Certificates {
  readonly #with: CertificateServices;

  constructor(services: CertificateServices) {
    this.#with = services;
  }

  async issue(person: Person, grantId: string, publicKeyLine: string): Promise<CertificateReply> {
    const { database, clock } = this.#with;
    const refused = { kind: 'certificate.refused', actor: person, subject: grantId } as const;
    return auditRefusal(database, clock, refused, async () => {
      const found = await findGrant(database.db, grantId, clock.now());
      if (found?.requester.id !== person.id)
        throw new AppError('not-found', 'There is no such access of yours; certificates are for its holder alone.');
      const grant = await this.#begun(found);
      const target = this.#usable(grant);
      const { certificate, endpoint, username } = await this.#way(grant, target, keyOf(publicKeyLine), person.email);
      // Nothing leaves unrecorded; and the grant is looked at again, now that it cannot change before we commit.
      await database.inTransaction(async (tx) => {
        const still = await lockGrant(tx.db, grantId, clock.now(), 'share');
        this.#usable(still ?? grant);
        await record(tx, grant, person, certificate, clock.now());
      });
      return {
        certificate: certificate.line,
        serial: certificate.record.serial,
        validAfter: certificate.record.validAfter,
        validBefore: certificate.record.validBefore,
        now: clock.now(),
        grant,
        endpoint,
        username,
      };
    });
  }

  /** The grant, once its beginning is decided: the sweep that does so may be late, and nobody gets in ahead of it. */
  async #begun(grant: Grant): Promise<Grant> {
    const { database, clock } = this.#with;
    const { id } = grant;
    if (grant.status.state !== 'live') return grant;
    const waiting = database.db.selectFrom('grants').select('id').where('id', '=', id);
    if (!(await waiting.where('start_announced_at', 'is', null).executeTakeFirst())) return grant;
    await database.inTransaction((tx) => beginGrant(tx, id, this.#with));
    return (await findGrant(database.db, id, clock.now())) ?? grant;
  }

  /** The target as it is in today's policy. */
  #usable(grant: Grant): PolicyTarget {
    const policy = this.#with.policy();
    const refusal = whyNotUsable(grant, policy, this.#with.clock.now());
    const target = policy.targets.find((t) => t.name === grant.target.name);
    if (refusal !== undefined || !target) throw new AppError('grant-not-live', refusal ?? 'This access has ended.');
    return target;
  }

  async #way(grant: Grant, target: PolicyTarget, publicKey: Buffer, personEmail: string): Promise<Way> {
    const { clock, userCa, directCa, gateway } = this.#with;
    const certified = certifiedGrant(grant, personEmail);
    switch (target.via) {
      case 'gateway':
        return {
          certificate: await issueAccessCertificate(userCa, clock, publicKey, certified),
          endpoint: gateway(),
          username: gatewayPrincipal(grant.login, target.name),
        };
      case 'direct':
        return {
          certificate: await issueDirectCertificate(directCa, clock, publicKey, certified),
          endpoint: { kind: 'direct', host: target.address, port: target.port, hostKeys: target.hostKeys },
          username: grant.login,
        };
      default:
        return target.via satisfies never;
    }
  }
}

/** What certificates say of a grant. */
export function certifiedGrant(grant: Grant, personEmail: string): CertifiedGrant {
  const { id, login, target, endsAt, limits } = grant;
  return { id, login, target: target.name, personEmail, endsAt, pty: limits.shell, forward: limits.forward };
}

/** Why a grant cannot be used at this moment, as a sentence; undefined when it can. Asked at every use. */
export function whyNotUsable(grant: Grant, policy: Policy, now: number): string | undefined {
  if (grant.status.state === 'ended') {
    return `This access has ended: ${endSentence(grant.status.reason, grant.status.by?.name)}. Ask again if you still need it.`;
  }
  if (now < grant.startsAt) return `This access has not begun yet: it does at ${atUtc(grant.startsAt)}.`;
  if (now >= grant.endsAt && now < cutsAt(grant)) {
    return `This access is at its end: what is open may go on until ${atUtc(cutsAt(grant))}, and nothing new is opened.`;
  }
  if (!isLive(grant, now)) return 'This access has ended: its time is over. Ask again if you still need it.';
  const target = policy.targets.find((t) => t.name === grant.target.name);
  if (!target) return `The target ${grant.target.name} is no longer in the policy; ask an admin.`;
  // What a role limits holds only through the gateway: an access that was given for one way is none for the other.
  if (target.via !== grant.target.via) return `${target.name} is now reached in another way; ask for it again.`;
  return undefined;
}

function atUtc(moment: number): string {
  return `${new Date(moment).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
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
