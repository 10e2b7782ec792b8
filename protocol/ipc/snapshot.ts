import { z } from 'zod';
import { overviewSchema } from '../api/routes.ts';
import { failureSchema } from '../errors.ts';
import { accessibleTargetSchema } from '../model/access.ts';
import { endReasonSchema, grantSchema } from '../model/grant.ts';
import { grantIdSchema, momentSchema, personSchema } from '../model/identity.ts';
import { accessRequestSchema } from '../model/request.ts';
import { managedSchema } from './managed.ts';
import { settingsSchema } from './settings.ts';

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

/** How it stands with a session, whichever program shows it. */
const sessionStatusSchema = z.discriminatedUnion('state', [
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
]);

/** One built-in terminal: a tab, or a pane beside another one in its tab. */
export const terminalSchema = z.strictObject({
  id: terminalIdSchema,
  /** Where it stands: beside this other terminal, or alone in a tab of its own. */
  beside: z.strictObject({ id: terminalIdSchema, edge: z.enum(['right', 'below']) }).nullable(),
  grantId: grantIdSchema,
  /** `login@target`. */
  title: z.string(),
  endsAt: momentSchema,
  status: sessionStatusSchema,
});
export type Terminal = z.infer<typeof terminalSchema>;

export const externalSessionIdSchema = z.string().regex(/^ext-[0-9]{1,9}$/);

/** A connection that another program made through this app: a native terminal, or any ssh by our configuration. */
export const externalSessionSchema = z.strictObject({
  id: externalSessionIdSchema,
  grantId: grantIdSchema,
  /** `login@target`. */
  title: z.string(),
  /** "xterm", "GNOME Terminal", or "ssh" for one by the ssh configuration. */
  program: z.string(),
  openedAt: momentSchema,
  status: sessionStatusSchema,
});
export type ExternalSession = z.infer<typeof externalSessionSchema>;

export const transferIdSchema = z.string().regex(/^file-[0-9]{1,9}$/);

/** A file on its way to or from a target. */
export const transferSchema = z.strictObject({
  id: transferIdSchema,
  terminalId: terminalIdSchema,
  direction: z.enum(['upload', 'download']),
  name: z.string(),
  bytes: z.number().int().nonnegative(),
  /** null when nobody knows yet. */
  totalBytes: z.number().int().nonnegative().nullable(),
  status: z.discriminatedUnion('state', [
    z.strictObject({ state: z.literal('moving') }),
    /** `sentence` says under which name, or what was left out (then not `whole`); '' when there is nothing to say. */
    z.strictObject({ state: z.literal('done'), sentence: z.string(), whole: z.boolean() }),
    /** `sentence` says what is left of it; '' while that is being removed. */
    z.strictObject({ state: z.literal('cancelled'), sentence: z.string() }),
    z.strictObject({ state: z.literal('failed'), problem: failureSchema }),
  ]),
});
export type Transfer = z.infer<typeof transferSchema>;

/** How it stands with newer versions of this app. */
export const updateSchema = z.discriminatedUnion('state', [
  /** Not looked for: chosen so, or impossible; the sentence says why. */
  z.strictObject({ state: z.literal('off'), why: z.string() }),
  /** `checkedAt` null: not since the start. */
  z.strictObject({ state: z.literal('current'), checkedAt: momentSchema.nullable() }),
  z.strictObject({ state: z.literal('checking') }),
  /** There, and not to be installed by this app itself, or not yet; the sentence says who does, and how. */
  z.strictObject({
    state: z.literal('available'),
    version: z.string(),
    notes: z.string(),
    how: z.string(),
    /** Whether this app installs it when the person says so (updates.install); else somebody else does. */
    installable: z.boolean(),
  }),
  z.strictObject({ state: z.literal('downloading'), version: z.string(), percent: z.number().int().min(0).max(100) }),
  /** Verified, and installed when the app is restarted. */
  z.strictObject({ state: z.literal('ready'), version: z.string(), notes: z.string() }),
  /** The version that runs goes on. `version` null: it was not learned which one there is. */
  z.strictObject({ state: z.literal('failed'), version: z.string().nullable(), problem: failureSchema }),
]);
export type Update = z.infer<typeof updateSchema>;

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
  /** Those in force: enforced by the organisation, else chosen, else by default. */
  settings: settingsSchema,
  managed: managedSchema,
  update: updateSchema,
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
  /** Newest first; those that are over stay until their grant is forgotten. */
  externalSessions: z.array(externalSessionSchema),
  transfers: z.array(transferSchema),
  /** What stands in the way of the ssh configuration, when something does. */
  sshConfigProblem: failureSchema.nullable(),
  delegation: overviewSchema.shape.delegation,
});
export type Snapshot = z.infer<typeof snapshotSchema>;
