import { z } from 'zod';
import { momentSchema } from './identity.ts';

/** Every act that leaves a trace. Refused acts have their own kinds, or `outcome: 'refused'`. */
export const AUDIT_KINDS = [
  'backend.started',
  'backend.lost',
  'policy.loaded',
  'policy.refused',
  'person.signed-in',
  'person.signed-out',
  'person.sign-in-refused',
  'token.reuse-detected',
  'request.created',
  'request.refused',
  'request.amended',
  'request.cancelled',
  'request.lapsed',
  'decision.made',
  'decision.refused',
  'grant.given',
  'grant.started',
  'grant.extended',
  'grant.ended',
  'grant.end-refused',
  'certificate.issued',
  'certificate.refused',
  'session.opened',
  'session.forwarded',
  'session.ended',
  'session.refused',
  'access.refused',
  'delegation.set',
  'delegation.ended',
  'delegation.refused',
  'release.published',
  'release.refused',
] as const;
export const auditKindSchema = z.enum(AUDIT_KINDS);
export type AuditKind = z.infer<typeof auditKindSchema>;

/** One leaf of the log. Append-only; `seq` has no gaps. */
export const auditEntrySchema = z.object({
  seq: z.number().int().positive(),
  at: momentSchema,
  kind: auditKindSchema,
  outcome: z.enum(['done', 'refused']),
  /** Who acted: a person id, or 'gateway', 'backend'. */
  actor: z.string(),
  actorName: z.string(),
  /** What it was about: a request, grant or session id, or ''. */
  subject: z.string(),
  /** A refusal's reason code, or ''. */
  code: z.string(),
  /** One sentence a person can read. */
  message: z.string(),
  details: z.record(z.string(), z.unknown()),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;
