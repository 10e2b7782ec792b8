import { z } from 'zod';
import { askSchema } from '../api/routes.ts';
import { dryRunSchema } from '../model/access.ts';
import { verdictSchema } from '../model/decision.ts';
import { grantIdSchema, requestIdSchema } from '../model/identity.ts';
import { settingsSchema, snapshotSchema, terminalIdSchema } from './snapshot.ts';

export interface Command {
  input: z.ZodType;
  output: z.ZodType;
}

const nothing = z.strictObject({});

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
    input: z.strictObject({
      id: requestIdSchema,
      verdict: verdictSchema,
      reason: z.string().max(2000),
      durationSeconds: z.number().int().min(30).optional(),
    }),
    output: nothing,
  },
  'grants.release': { input: z.strictObject({ id: grantIdSchema }), output: nothing },
  'grants.revoke': {
    input: z.strictObject({ id: grantIdSchema, reason: z.string().min(1).max(2000) }),
    output: nothing,
  },
  'terminal.open': {
    input: z.strictObject({ grantId: grantIdSchema }),
    output: z.strictObject({ id: terminalIdSchema }),
  },
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
  'connection.retry': { input: nothing, output: nothing },
  /** Checks that a Sallyport backend answers there, then remembers it. Signs out of another one. */
  'connection.choose': {
    input: z.strictObject({ address: z.string().min(1).max(300) }),
    output: z.strictObject({ orgName: z.string() }),
  },
  'window.hide': { input: nothing, output: nothing },
  /** Shows the popover with a new ask, filled in like this earlier request of mine (Destination 'ask'). */
  'window.showAsk': { input: z.strictObject({ requestId: requestIdSchema }), output: nothing },
  'window.showTerminals': { input: nothing, output: nothing },
  'clipboard.write': { input: z.strictObject({ text: z.string().max(4 * 1024 * 1024) }), output: nothing },
  'clipboard.read': { input: nothing, output: z.strictObject({ text: z.string() }) },
  'app.quit': { input: nothing, output: nothing },
} as const satisfies Record<string, Command>;

export type Commands = typeof commands;
export type CommandName = keyof Commands;
export type CommandInput<K extends CommandName> = z.input<Commands[K]['input']>;
export type CommandOutput<K extends CommandName> = z.output<Commands[K]['output']>;
export const COMMAND_NAMES = Object.keys(commands) as CommandName[];
