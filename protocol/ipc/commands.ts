import { z } from 'zod';
import { askSchema, batchAskSchema, wordSchema } from '../api/routes.ts';
import { failureSchema } from '../errors.ts';
import { dryRunSchema, requestFactsSchema } from '../model/access.ts';
import { grantIdSchema, momentSchema, personIdSchema, requestIdSchema } from '../model/identity.ts';
import { aboutSchema, licencesSchema } from './about.ts';
import { destinationSchema } from './bridge.ts';
import { draftsSchema } from './drafts.ts';
import { settingsSchema } from './settings.ts';
import {
  externalSessionIdSchema,
  snapshotSchema,
  terminalIdSchema,
  terminalSchema,
  transferIdSchema,
} from './snapshot.ts';

export interface Command {
  input: z.ZodType;
  output: z.ZodType;
}

const nothing = z.strictObject({});
/** A path on a target, as SFTP gives it. */
const remotePath = z.string().min(1).max(4096);

/** Everything a page may ask of main. Added here once; preload builds its function and main must handle it. */
export const commands = {
  'snapshot.show': { input: nothing, output: snapshotSchema },
  'signIn.start': { input: nothing, output: nothing },
  'signIn.cancel': { input: nothing, output: nothing },
  'signIn.end': { input: nothing, output: nothing },
  'requests.dryRun': { input: askSchema, output: dryRunSchema },
  /** `openTerminal`: open a terminal by itself when it is approved, if this app still runs then. */
  'requests.create': {
    input: z.strictObject({ ask: askSchema, openTerminal: z.boolean() }),
    output: z.strictObject({ id: requestIdSchema }),
  },
  'requests.cancel': { input: z.strictObject({ id: requestIdSchema }), output: nothing },
  'requests.decide': {
    input: z.strictObject({ id: requestIdSchema, ...wordSchema.shape }),
    output: nothing,
  },
  'requests.createBatch': {
    input: z.strictObject({ ask: batchAskSchema, openTerminal: z.boolean() }),
    output: z.strictObject({ ids: z.array(requestIdSchema) }),
  },
  'requests.amend': {
    input: z.strictObject({ id: requestIdSchema, ask: askSchema.omit({ target: true }) }),
    output: nothing,
  },
  'requests.facts': { input: z.strictObject({ id: requestIdSchema }), output: requestFactsSchema },
  /** Each stands or fails by itself; `problems` names those that failed. */
  'requests.decideMany': {
    input: z.strictObject({
      decisions: z
        .array(z.strictObject({ id: requestIdSchema, ...wordSchema.shape }))
        .min(1)
        .max(50),
    }),
    output: z.strictObject({ problems: z.array(z.strictObject({ id: requestIdSchema, problem: failureSchema })) }),
  },
  'delegation.set': { input: z.strictObject({ standIn: personIdSchema, until: momentSchema }), output: nothing },
  'delegation.end': { input: nothing, output: nothing },
  'grants.extend': {
    input: z.strictObject({
      id: grantIdSchema,
      durationSeconds: askSchema.shape.durationSeconds,
      reason: z.string().max(2000),
      ticket: z.string().max(200),
    }),
    output: z.strictObject({ id: requestIdSchema }),
  },
  'grants.release': { input: z.strictObject({ id: grantIdSchema }), output: nothing },
  'grants.revoke': {
    input: z.strictObject({ id: grantIdSchema, reason: z.string().min(1).max(2000) }),
    output: nothing,
  },
  'terminal.open': {
    input: z.strictObject({
      grantId: grantIdSchema,
      beside: terminalSchema.shape.beside.default(null),
      /** An ended terminal that is opened again: the new one has its id, its place and what was drawn in it. */
      replaces: terminalIdSchema.nullable().default(null),
    }),
    output: z.strictObject({ id: terminalIdSchema }),
  },
  /** Opens what the settings say Connect opens. */
  'grants.connect': { input: z.strictObject({ id: grantIdSchema }), output: nothing },
  'native.list': {
    input: nothing,
    output: z.strictObject({ terminals: z.array(z.strictObject({ id: z.string(), name: z.string() })) }),
  },
  'native.open': {
    input: z.strictObject({ grantId: grantIdSchema }),
    output: z.strictObject({ id: externalSessionIdSchema }),
  },
  'native.end': { input: z.strictObject({ id: externalSessionIdSchema }), output: nothing },
  'sshConfig.change': { input: z.strictObject({ enabled: z.boolean() }), output: nothing },
  /** The folder of a terminal's target; '.' is where SFTP begins. Opens SFTP on the terminal's own connection. */
  'files.list': {
    input: z.strictObject({ terminalId: terminalIdSchema, path: remotePath }),
    output: z.strictObject({
      path: z.string(),
      entries: z.array(
        z.strictObject({
          name: z.string(),
          kind: z.enum(['file', 'folder', 'link', 'other']),
          bytes: z.number().int().nonnegative(),
          modifiedAt: momentSchema,
          /** POSIX permission bits with set-uid, set-gid and sticky; null when the target does not say. */
          permissions: z.number().int().min(0).max(0o7777).nullable(),
        }),
      ),
      /** There is more in the folder than is listed. */
      more: z.boolean(),
    }),
  },
  /** Main asks the person which files, or where to put them; '' paths never come from a page. */
  'files.upload': {
    input: z.strictObject({
      terminalId: terminalIdSchema,
      folder: remotePath,
      /** A system's dialog shows either. */
      what: z.enum(['files', 'folder']).default('files'),
    }),
    output: nothing,
  },
  'files.download': {
    input: z.strictObject({ terminalId: terminalIdSchema, paths: z.array(remotePath).min(1).max(100) }),
    output: nothing,
  },
  'files.cancel': { input: z.strictObject({ id: transferIdSchema }), output: nothing },
  'files.forget': { input: z.strictObject({ terminalId: terminalIdSchema }), output: nothing },
  /** Main answers with a MessagePort (see terminal-port.ts), once for each page that draws the tab. */
  'terminal.attach': {
    input: z.strictObject({
      id: terminalIdSchema,
      cols: z.number().int().min(2).max(1000),
      rows: z.number().int().min(1).max(1000),
    }),
    output: nothing,
  },
  'terminal.close': { input: z.strictObject({ id: terminalIdSchema }), output: nothing },
  'settings.change': { input: settingsSchema.partial(), output: settingsSchema },
  /** What stands in forms that were not sent, for a window that comes after this one. Of one person, in memory only. */
  'drafts.show': { input: nothing, output: draftsSchema },
  'drafts.keep': { input: draftsSchema, output: nothing },
  'connection.retry': { input: nothing, output: nothing },
  /** Checks that a Sallyport backend answers there, then remembers it. Signs out of another one. */
  'connection.choose': {
    input: z.strictObject({ address: z.string().min(1).max(300) }),
    output: z.strictObject({ orgName: z.string() }),
  },
  /** Looks for a newer version now. What comes of it is in the snapshot. */
  'updates.check': { input: nothing, output: nothing },
  /** Restarts into the version that is ready; asks first (Destination 'quit') when sessions are open. */
  'updates.install': { input: nothing, output: nothing },
  'window.hide': { input: nothing, output: nothing },
  /** Shows the popover with a new ask, filled in like this earlier request of mine (Destination 'ask'). */
  'window.showAsk': { input: z.strictObject({ requestId: requestIdSchema }), output: nothing },
  /** Shows the popover at a place; what is to be done there still takes a click. */
  'window.showPopover': { input: z.strictObject({ destination: destinationSchema }), output: nothing },
  'window.showTerminals': { input: nothing, output: nothing },
  'clipboard.write': { input: z.strictObject({ text: z.string().max(4 * 1024 * 1024) }), output: nothing },
  'clipboard.read': { input: nothing, output: z.strictObject({ text: z.string() }) },
  /** Opens an http or https link of a terminal in the person's browser, after they have said so. */
  'link.open': { input: z.strictObject({ url: z.url().max(4000) }), output: nothing },
  /** Version, states and the log without names and secrets, put on the clipboard for IT. */
  'diagnostics.copy': { input: nothing, output: z.strictObject({ lines: z.number().int() }) },
  'about.show': { input: nothing, output: aboutSchema },
  /** Read from the packages' notices when it is wanted; refused with a reason where there are none. */
  'about.licences': { input: nothing, output: licencesSchema },
  /** Asks first (Destination 'quit') when sessions are open and `confirmed` is not given. `again`: and starts again. */
  'app.quit': {
    input: z.strictObject({
      confirmed: z.boolean().default(false),
      release: z.boolean().default(false),
      again: z.boolean().default(false),
    }),
    output: nothing,
  },
} as const satisfies Record<string, Command>;

export type Commands = typeof commands;
export type CommandName = keyof Commands;
export type CommandInput<K extends CommandName> = z.input<Commands[K]['input']>;
export type CommandOutput<K extends CommandName> = z.output<Commands[K]['output']>;
