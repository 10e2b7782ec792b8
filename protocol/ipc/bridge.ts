import { z } from 'zod';
import type { Result } from '../errors.ts';
import { grantIdSchema, requestIdSchema } from '../model/identity.ts';
import { loginSchema, targetNameSchema } from '../model/target.ts';
import type { channels } from './channels.ts';
import type { CommandInput, CommandName, CommandOutput } from './commands.ts';
import type { Snapshot } from './snapshot.ts';
import { terminalIdSchema } from './snapshot.ts';

/** The parts of the settings, as they stand on their page. */
export const settingsGroupSchema = z.enum([
  'general',
  'notifications',
  'connecting',
  'terminal',
  'appearance',
  'kept',
  'updates',
  'about',
]);
export type SettingsGroup = z.infer<typeof settingsGroupSchema>;

/** Where main asks a window to go, after a click on the tray, a notification or a link. */
export const destinationSchema = z.discriminatedUnion('page', [
  z.strictObject({ page: z.literal('home') }),
  z.strictObject({ page: z.literal('inbox'), requestId: requestIdSchema.nullable() }),
  z.strictObject({ page: z.literal('requests'), requestId: requestIdSchema.nullable() }),
  /** A new ask, filled in like this earlier request of mine. */
  z.strictObject({ page: z.literal('ask'), requestId: requestIdSchema }),
  /** A new ask by a link: what it named is filled in, nothing is sent. */
  z.strictObject({
    page: z.literal('new'),
    target: targetNameSchema,
    login: loginSchema.nullable(),
    durationSeconds: z.number().int().nullable(),
    reason: z.string().max(2000),
  }),
  /** A grant of mine, to be connected by a click. */
  z.strictObject({ page: z.literal('grant'), grantId: grantIdSchema }),
  /** More time for a grant of mine, to be asked for by a click. */
  z.strictObject({ page: z.literal('extend'), grantId: grantIdSchema }),
  /** A grant of mine to be given back, after a click that says so. */
  z.strictObject({ page: z.literal('release'), grantId: grantIdSchema }),
  /** A link asks to use the backend at this origin; the person says whether. Shown to whoever is signed out, too. */
  z.strictObject({ page: z.literal('join'), address: z.string().max(300) }),
  /** Sessions are open: quit all the same? `again`: and start again, into a newer version. */
  z.strictObject({ page: z.literal('quit'), again: z.boolean().optional() }),
  /** The form for a target, as it was left. */
  z.strictObject({ page: z.literal('target'), target: targetNameSchema }),
  /** A new ask, filled in like one of the person's templates. */
  z.strictObject({ page: z.literal('template'), name: z.string().max(60) }),
  /** `leaving`: with the question whether to sign out. */
  z.strictObject({
    page: z.literal('settings'),
    group: settingsGroupSchema.optional(),
    leaving: z.boolean().optional(),
  }),
  z.strictObject({ page: z.literal('terminal'), terminalId: terminalIdSchema }),
]);
export type Destination = z.infer<typeof destinationSchema>;

/** The `data` of the window message that carries a terminal's MessagePort to the page. */
export interface TerminalPortMessage {
  channel: typeof channels.terminalPort;
  id: string;
}

/** `window.sallyport`: one function a command, and what main pushes. Each `on…` returns the function that stops it. */
export interface Bridge {
  commands: { [K in CommandName]: (input: CommandInput<K>) => Promise<Result<CommandOutput<K>>> };
  /**
   * Has main ask whether to send files that were dropped, to a folder of a terminal's target. Only a File that came from
   * this computer's disk has a path; one that a script made has none.
   */
  sendDropped(
    to: { terminalId: string; folder: string },
    files: readonly File[],
  ): Promise<Result<Record<string, never>>>;
  onSnapshot(listener: (snapshot: Snapshot) => void): () => void;
  onNavigate(listener: (destination: Destination) => void): () => void;
}
