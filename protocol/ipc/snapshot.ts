import { z } from 'zod';
import { failureSchema } from '../errors.ts';
import { accessibleTargetSchema } from '../model/access.ts';
import { endReasonSchema, grantSchema } from '../model/grant.ts';
import { grantIdSchema, momentSchema, personSchema } from '../model/identity.ts';
import { accessRequestSchema } from '../model/request.ts';

/** What a person chooses; kept by electron-store, no secrets. */
export const settingsSchema = z.strictObject({
  /** Where the org backend is, e.g. "https://sallyport.example.com"; '' until chosen. */
  backendAddress: z.string(),
  theme: z.enum(['system', 'light', 'dark']),
  notifications: z.boolean(),
  terminalFontSize: z.number().int().min(8).max(32),
  terminalScrollback: z.number().int().min(100).max(200_000),
});
export type Settings = z.infer<typeof settingsSchema>;
export const DEFAULT_SETTINGS: Settings = {
  backendAddress: '',
  theme: 'system',
  notifications: true,
  terminalFontSize: 13,
  terminalScrollback: 5_000,
};

export const signInSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('signed-out'), problem: failureSchema.nullable() }),
  /** The browser is open; `url` lets the person open it by hand. */
  z.strictObject({ state: z.literal('signing-in'), url: z.string() }),
  /** `keptBy` 'memory': no keychain here, so they sign in again after a restart; the page says so. */
  z.strictObject({ state: z.literal('signed-in'), person: personSchema, keptBy: z.enum(['keychain', 'memory']) }),
]);
export type SignInState = z.infer<typeof signInSchema>;

/** How the app stands with the backend's event stream. */
export const connectionSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('idle') }),
  z.strictObject({ state: z.literal('connecting') }),
  z.strictObject({ state: z.literal('online') }),
  z.strictObject({ state: z.literal('offline'), since: momentSchema, problem: failureSchema }),
]);
export type ConnectionState = z.infer<typeof connectionSchema>;

/** Whether this app holds the key of a grant. The key itself never leaves main/keys. */
export const keyStateSchema = z.enum(['none', 'claiming', 'held', 'destroyed']);

/** A grant of mine, with what this app has of it. */
export const heldGrantSchema = z.strictObject({
  grant: grantSchema,
  key: keyStateSchema,
  problem: failureSchema.nullable(),
});
export type HeldGrant = z.infer<typeof heldGrantSchema>;

export const terminalIdSchema = z.string().regex(/^term-[0-9]{1,9}$/);

/** One terminal tab. */
export const terminalSchema = z.strictObject({
  id: terminalIdSchema,
  grantId: grantIdSchema,
  /** `login@target`. */
  title: z.string(),
  endsAt: momentSchema,
  status: z.discriminatedUnion('state', [
    z.strictObject({ state: z.literal('opening') }),
    z.strictObject({ state: z.literal('open') }),
    /** The grant ended, or the shell did (`reason` null). */
    z.strictObject({
      state: z.literal('ended'),
      reason: endReasonSchema.nullable(),
      sentence: z.string(),
      at: momentSchema,
    }),
    z.strictObject({ state: z.literal('failed'), problem: failureSchema }),
  ]),
});
export type Terminal = z.infer<typeof terminalSchema>;

/** The one truth of main, as a window sees it: whole, with a growing revision. Countdowns are computed from `endsAt`. */
export const snapshotSchema = z.strictObject({
  revision: z.number().int(),
  version: z.string(),
  platform: z.enum(['linux', 'darwin', 'win32']),
  orgName: z.string(),
  /** Add to Date.now() for the backend's time, ms. */
  clockSkewMs: z.number(),
  signIn: signInSchema,
  connection: connectionSchema,
  settings: settingsSchema,
  access: z.array(accessibleTargetSchema),
  /** Requests of mine, newest first. */
  requests: z.array(accessRequestSchema),
  /** Requests of others that wait for my word or got it, newest first. */
  inbox: z.array(accessRequestSchema),
  /** My grants, those that end soonest first, ended ones last. */
  grants: z.array(heldGrantSchema),
  /** Grants of others that I may revoke and that have not ended. */
  revocable: z.array(grantSchema),
  terminals: z.array(terminalSchema),
});
export type Snapshot = z.infer<typeof snapshotSchema>;
