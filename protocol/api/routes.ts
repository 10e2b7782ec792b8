import { z } from 'zod';
import { accessibleTargetSchema, dryRunSchema } from '../model/access.ts';
import { auditEntrySchema } from '../model/audit.ts';
import { verdictSchema } from '../model/decision.ts';
import { grantSchema } from '../model/grant.ts';
import { grantIdSchema, momentSchema, personSchema, requestIdSchema } from '../model/identity.ts';
import { accessRequestSchema } from '../model/request.ts';
import { loginSchema, targetNameSchema } from '../model/target.ts';
import type { Route } from './route.ts';

/** What a person wrote. U+0000 cannot be kept, and nobody types it. */
const written = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => !text.includes('\0'), 'must not hold the character U+0000');
const sentence = (max: number) => written(max).default('');

/** Where sessions are opened: the gateway's address and the host keys it may answer with. */
export const gatewayAddressSchema = z.object({
  host: z.string(),
  port: z.number().int().min(1).max(65535),
  /** Public key lines; the app pins them. */
  hostKeys: z.array(z.string()).min(1),
});
export type GatewayAddress = z.infer<typeof gatewayAddressSchema>;

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
  gateway: gatewayAddressSchema,
  /** User name to give the gateway. */
  username: z.string(),
});
export type CertificateReply = z.infer<typeof certificateReplySchema>;

/**
 * What goes in is parsed strictly: an unknown field is an error. What comes out may grow: an older app passes over the
 * fields of a newer backend, and the backend's serializer drops what is not declared here.
 *
 * Every call under /api and /auth/token. The browser half of sign-in (/auth/sign-in, /auth/callback), the event stream
 * (/api/v1/events) and /openapi.json are not JSON calls; `paths` names them.
 */
export const routes = {
  'org.show': {
    method: 'GET',
    path: '/api/v1/org',
    summary: 'Which organisation this backend serves',
    access: 'public',
    reply: orgSchema,
  },
  'auth.token': {
    method: 'POST',
    path: '/auth/token',
    summary: 'Trade a one-time code (with PKCE verifier) or a refresh token for tokens',
    access: 'public',
    body: z.discriminatedUnion('grantType', [
      z.strictObject({
        grantType: z.literal('code'),
        code: z.string().max(200),
        codeVerifier: z.string().min(43).max(128),
        redirectUri: z.string().max(200),
      }),
      z.strictObject({ grantType: z.literal('refresh'), refreshToken: z.string().max(200) }),
    ]),
    reply: tokensSchema,
  },
  'auth.signOut': {
    method: 'POST',
    path: '/auth/sign-out',
    summary: 'End this sign-in: its tokens stop working',
    access: 'person',
    reply: z.object({}),
  },
  'overview.show': {
    method: 'GET',
    path: '/api/v1/overview',
    summary: 'Everything the app shows, and the cursor to follow from',
    access: 'person',
    reply: overviewSchema,
  },
  'requests.dryRun': {
    method: 'POST',
    path: '/api/v1/requests/dry-run',
    summary: 'Who would have to approve this',
    access: 'person',
    body: askSchema,
    reply: dryRunSchema,
  },
  'requests.create': {
    method: 'POST',
    path: '/api/v1/requests',
    summary: 'Ask for access',
    access: 'person',
    body: askSchema,
    reply: accessRequestSchema,
  },
  'requests.show': {
    method: 'GET',
    path: '/api/v1/requests/:id',
    summary: 'One request',
    access: 'person',
    params: z.strictObject({ id: requestIdSchema }),
    reply: accessRequestSchema,
  },
  'requests.cancel': {
    method: 'POST',
    path: '/api/v1/requests/:id/cancel',
    summary: 'Take back my pending request',
    access: 'person',
    params: z.strictObject({ id: requestIdSchema }),
    reply: accessRequestSchema,
  },
  'requests.decide': {
    method: 'POST',
    path: '/api/v1/requests/:id/decisions',
    summary: 'Approve or deny a request; approve less with durationSeconds',
    access: 'person',
    params: z.strictObject({ id: requestIdSchema }),
    body: z.strictObject({
      verdict: verdictSchema,
      reason: sentence(2000),
      durationSeconds: z.number().int().min(30).optional(),
    }),
    reply: accessRequestSchema,
  },
  'grants.certificate': {
    method: 'POST',
    path: '/api/v1/grants/:id/certificate',
    summary: 'Sign the public key of a live grant of mine',
    access: 'person',
    params: z.strictObject({ id: grantIdSchema }),
    body: z.strictObject({ publicKey: z.string().max(400) }),
    reply: certificateReplySchema,
  },
  'grants.release': {
    method: 'POST',
    path: '/api/v1/grants/:id/release',
    summary: 'End my grant before its time',
    access: 'person',
    params: z.strictObject({ id: grantIdSchema }),
    reply: grantSchema,
  },
  'grants.revoke': {
    method: 'POST',
    path: '/api/v1/grants/:id/revoke',
    summary: 'End a grant of somebody else, now',
    access: 'person',
    params: z.strictObject({ id: grantIdSchema }),
    body: z.strictObject({ reason: written(2000).refine((text) => text.trim() !== '', 'must say why') }),
    reply: grantSchema,
  },
  'audit.list': {
    method: 'GET',
    path: '/api/v1/audit',
    summary: 'Audit entries in order, after a sequence number',
    access: 'auditor',
    query: z.strictObject({
      after: z.coerce.number().int().min(0).default(0),
      limit: z.coerce.number().int().min(1).max(1000).default(200),
    }),
    reply: z.object({ entries: z.array(auditEntrySchema) }),
  },
} as const satisfies Record<string, Route>;

export type Routes = typeof routes;
export type RouteName = keyof Routes;

/** The paths that are not JSON calls. */
export const paths = {
  /** GET, in the browser: ?redirect_uri=http://127.0.0.1:PORT/callback&code_challenge=…&state=… (S256). */
  signIn: '/auth/sign-in',
  /** Where the identity provider sends the browser back to. */
  callback: '/auth/callback',
  /** Server-sent events; Authorization: Bearer, Last-Event-ID or ?cursor=. */
  events: '/api/v1/events',
  openapi: '/openapi.json',
  health: '/healthz',
} as const;
