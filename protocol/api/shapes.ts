import { z } from 'zod';
import { accessibleTargetSchema, delegationSchema } from '../model/access.ts';
import { verdictSchema } from '../model/decision.ts';
import { grantSchema } from '../model/grant.ts';
import { momentSchema, personRefSchema, personSchema } from '../model/identity.ts';
import { accessRequestSchema } from '../model/request.ts';
import { loginSchema, sshUsernameSchema, targetNameSchema } from '../model/target.ts';
import { sentence } from './text.ts';

/** Where sessions are opened, and the host keys that may answer there. */
export const endpointSchema = z.object({
  /** The gateway, or the target itself: then only the app can cut its sessions. */
  kind: z.enum(['gateway', 'direct']),
  host: z.string().regex(/^[^\s\p{C}]{1,255}$/u, 'must be the name or number of a host'),
  port: z.number().int().min(1).max(65535),
  /** Public key lines; the app pins them. */
  hostKeys: z.array(z.string().max(4096)).min(1).max(32),
});
export type Endpoint = z.infer<typeof endpointSchema>;

export const orgSchema = z.object({ name: z.string(), version: z.string() });

/** Lengths are seconds. A refresh token is good for one use; using it twice ends the sign-in on every side. */
export const tokensSchema = z.object({
  accessToken: z.string(),
  accessExpiresInSeconds: z.number().int().positive(),
  refreshToken: z.string(),
  person: personSchema,
});
export type Tokens = z.infer<typeof tokensSchema>;

export const askSchema = z.strictObject({
  target: targetNameSchema,
  login: loginSchema,
  role: z.string().max(63).optional(),
  durationSeconds: z
    .number()
    .int()
    .min(30)
    .max(7 * 24 * 3600),
  reason: sentence(2000),
  ticket: sentence(200),
  /** At most 30 days ahead; null begins at approval. */
  startsAt: momentSchema.nullable().default(null),
  endsWithSession: z.boolean().default(false),
});

/** The same ask for several targets: each becomes a request of its own, all of them or none. */
export const batchAskSchema = z.strictObject({
  ...askSchema.omit({ target: true, role: true }).shape,
  targets: z.array(targetNameSchema).min(2).max(20),
});

/** One approver's word. `revision` is what they saw: a request that changed since is refused. */
export const wordSchema = z.strictObject({
  verdict: verdictSchema,
  revision: z.number().int().positive(),
  reason: sentence(2000),
  durationSeconds: z.number().int().min(30).optional(),
});

/** Everything an app shows, at one cursor of the event stream. */
export const overviewSchema = z.object({
  cursor: z.string(),
  now: momentSchema,
  org: orgSchema,
  person: personSchema,
  access: z.array(accessibleTargetSchema),
  /** Mine, and those I may or did decide: all pending ones and the closed ones of the last 7 days. */
  requests: z.array(accessRequestSchema),
  /** Mine, and those I may revoke: all that have not ended and those ended in the last 7 days. */
  grants: z.array(grantSchema),
  /** Who takes my place as an approver, and who could. */
  delegation: z
    .object({ mine: delegationSchema.nullable(), candidates: z.array(personRefSchema) })
    .default({ mine: null, candidates: [] }),
});
export type Overview = z.infer<typeof overviewSchema>;

export const certificateReplySchema = z.object({
  /** One line, `ssh-ed25519-cert-v01@openssh.com AAAA… key-id`. */
  certificate: z.string(),
  serial: z.string(),
  validAfter: momentSchema,
  validBefore: momentSchema,
  now: momentSchema,
  grant: grantSchema,
  endpoint: endpointSchema,
  /** User name to give there: `login@target` at the gateway, the login on the target itself. */
  username: sshUsernameSchema,
});
export type CertificateReply = z.infer<typeof certificateReplySchema>;
