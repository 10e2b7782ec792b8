import { AppError } from '../protocol/errors.ts';
import { cutsAt } from '../protocol/model/grant.ts';
import type { Clock } from '../protocol/time.ts';
import { appendAudit } from './audit/append.ts';
import { issueTargetCertificate } from './ca/session-certificates.ts';
import type { Signer } from './ca/signer.ts';
import type { Feed } from './events/feed.ts';
import type { GatewayPorts } from './gateway/ports.ts';
import { certifiedGrant } from './grants/certificates.ts';
import { findGrant } from './grants/load.ts';
import type { Sessions } from './grants/sessions.ts';
import type { ThisNode } from './nodes/this-node.ts';
import type { Database } from './storage/database.ts';

export interface PortServices {
  database: Database;
  clock: Clock;
  sessions: Sessions;
  userCa: Signer;
  feed: Feed;
  node: ThisNode;
}

/** What the gateway asks, answered by the services. */
export function gatewayPorts({ database, clock, sessions, userCa, feed, node }: PortServices): GatewayPorts {
  return {
    async authorize(question) {
      const answer = await sessions.authorize({ ...question, serial: question.certificate.serial });
      if (!answer.ok) return answer;
      const { grant, target } = answer;
      const { name, address, port, hostKeys } = target;
      const { id, endsAt, login, limits, requester } = grant;
      return {
        ok: true,
        grant: {
          ...{ id, endsAt, cutsAt: cutsAt(grant), login, limits, person: requester },
          target: { name, address, port, hostKeys },
        },
      };
    },
    openSession: ({ sessionId, grantId, sourceAddress, clientVersion, certificate, at }) =>
      sessions.open({ sessionId, grantId, clientAddress: sourceAddress, at, details: { clientVersion, certificate } }),
    closeSession: ({ sessionId, grantId, reason, at, bytesIn, bytesOut, forwarded }) =>
      sessions.close({ sessionId, grantId, reason, at, details: { bytesIn, bytesOut, forwarded } }),
    forwarding: (forwarding) => sessions.forwarded(forwarding),
    refused: ({ code, message, sessionId, grantId, at: _, ...details }) =>
      sessions.refused({ code, message, subject: sessionId ?? grantId ?? '', details: { grant: grantId, ...details } }),
    async issueTargetCertificate({ publicKey, grantId, sessionId }) {
      const grant = await findGrant(database.db, grantId, clock.now());
      if (!grant || grant.status.state === 'ended') throw new AppError('grant-not-live', 'This access has ended.');
      if (grant.target.via !== 'gateway')
        throw new AppError('not-allowed', 'This target is not reached through the gateway.');
      const certified = certifiedGrant(grant, grant.requester.email);
      const certificate = await issueTargetCertificate(userCa, clock, publicKey, certified, sessionId);
      await database.inTransaction(async (tx) => {
        const message = `The gateway received a certificate for ${grant.login} on ${grant.target.name}.`;
        const details = { grant: grantId, ...certificate.record };
        const at = clock.now();
        appendAudit(tx, { at, kind: 'certificate.issued', actor: 'gateway', subject: sessionId, message, details });
      });
      return certificate.blob;
    },
    onGrantEnded: (listener) =>
      feed.subscribe((entries) => {
        for (const { event } of entries) {
          if (event.kind !== 'grant-changed' || event.grant.status.state !== 'ended') continue;
          const { reason, by } = event.grant.status;
          listener({ grantId: event.grant.id, reason, by: by?.name ?? null });
        }
      }),
    onGrantExtended: (listener) =>
      feed.subscribe((entries) => {
        for (const { event } of entries) {
          if (event.kind !== 'grant-changed' || event.grant.status.state === 'ended') continue;
          listener({ grantId: event.grant.id, cutsAt: cutsAt(event.grant) });
        }
      }),
    onDoubt: (listener) =>
      feed.subscribe((entries) => {
        if (entries.some(({ event }) => event.kind === 'reset')) listener();
      }),
    onTakenForDead: (listener) => node.onLost(listener),
    // Heard of is what could be read, and what could be said: whoever says nothing is taken for dead.
    silentForMs: () => Math.max(feed.silentForMs, node.silentForMs),
  };
}
