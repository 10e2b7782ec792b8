import { z } from 'zod';
import { problemSchema } from '../errors.ts';
import { delegationSchema, dryRunSchema, requestFactsSchema } from '../model/access.ts';
import { auditEntrySchema } from '../model/audit.ts';
import { grantSchema } from '../model/grant.ts';
import { grantIdSchema, momentSchema, personIdSchema, requestIdSchema } from '../model/identity.ts';
import { accessRequestSchema } from '../model/request.ts';
import type { Route } from './route.ts';
import {
  askSchema,
  batchAskSchema,
  certificateReplySchema,
  orgSchema,
  overviewSchema,
  tokensSchema,
  wordSchema,
} from './shapes.ts';
import { sentence, written } from './text.ts';

export * from './shapes.ts';

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
    body: wordSchema,
    reply: accessRequestSchema,
  },
  'requests.createBatch': {
    method: 'POST',
    path: '/api/v1/request-batches',
    summary: 'Ask for several targets at once',
    access: 'person',
    body: batchAskSchema,
    reply: z.object({ requests: z.array(accessRequestSchema) }),
  },
  'requests.amend': {
    method: 'POST',
    path: '/api/v1/requests/:id/amend',
    summary: 'Change my pending request; approvals given so far no longer count',
    access: 'person',
    params: z.strictObject({ id: requestIdSchema }),
    body: askSchema.omit({ target: true }),
    reply: accessRequestSchema,
  },
  'requests.facts': {
    method: 'GET',
    path: '/api/v1/requests/:id/facts',
    summary: 'What an approver should know before they decide',
    access: 'person',
    params: z.strictObject({ id: requestIdSchema }),
    reply: requestFactsSchema,
  },
  'requests.decideMany': {
    method: 'POST',
    path: '/api/v1/decisions',
    summary: 'Decide several requests; each stands or fails by itself',
    access: 'person',
    body: z.strictObject({
      decisions: z
        .array(z.strictObject({ id: requestIdSchema, ...wordSchema.shape }))
        .min(1)
        .max(50),
    }),
    reply: z.object({
      results: z.array(
        z.object({
          id: requestIdSchema,
          request: accessRequestSchema.nullable(),
          problem: problemSchema.pick({ code: true, detail: true }).nullable(),
        }),
      ),
    }),
  },
  'delegation.set': {
    method: 'POST',
    path: '/api/v1/delegation',
    summary: 'Have somebody take my place as an approver until then',
    access: 'person',
    body: z.strictObject({ standIn: personIdSchema, until: momentSchema }),
    reply: delegationSchema,
  },
  'delegation.end': {
    method: 'POST',
    path: '/api/v1/delegation/end',
    summary: 'Take my place as an approver back',
    access: 'person',
    reply: z.object({}),
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
  'grants.extend': {
    method: 'POST',
    path: '/api/v1/grants/:id/extensions',
    summary: 'Ask for more time on a live grant of mine, with the same approvals',
    access: 'person',
    params: z.strictObject({ id: grantIdSchema }),
    body: z.strictObject({
      durationSeconds: askSchema.shape.durationSeconds,
      reason: sentence(2000),
      ticket: sentence(200),
    }),
    reply: accessRequestSchema,
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
  /** Signed update feeds and installers, to everybody: see protocol/update/feed.ts. */
  updates: '/updates/',
  health: '/healthz',
} as const;
