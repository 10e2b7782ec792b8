import { z } from 'zod';
import { grantSchema } from './model/grant.ts';
import { momentSchema } from './model/identity.ts';
import { accessRequestSchema } from './model/request.ts';

/**
 * What the backend tells an app, over server-sent events: facts, never commands. The SSE `id` is the cursor to resume
 * from (Last-Event-ID), the SSE `event` is `kind`, the `data` is the whole object below. `at` is the backend's clock.
 */
export const backendEventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('request-changed'), at: momentSchema, request: accessRequestSchema }),
  z.object({ kind: z.literal('grant-changed'), at: momentSchema, grant: grantSchema }),
  /** What this person may ask for, or who they are, has changed: fetch the overview again. */
  z.object({ kind: z.literal('access-changed'), at: momentSchema }),
  /** The cursor is older than what is kept: fetch the overview again. */
  z.object({ kind: z.literal('reset'), at: momentSchema }),
  /** Sent on connect and every 15 s, without an id: the stream is alive and this is the backend's time. */
  z.object({ kind: z.literal('heartbeat'), at: momentSchema }),
]);
export type BackendEvent = z.infer<typeof backendEventSchema>;
export type EventKind = BackendEvent['kind'];

/** How often a heartbeat is sent; a client that hears nothing for three of them reconnects. Milliseconds. */
export const HEARTBEAT_MS = 15_000;
