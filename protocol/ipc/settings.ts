import { z } from 'zod';
import { momentSchema } from '../model/identity.ts';
import { loginSchema, targetNameSchema } from '../model/target.ts';
import { updateChannelSchema } from '../update/channel.ts';

/** An ask kept under a name, to be filled in again. */
export const templateSchema = z.strictObject({
  name: z.string().trim().min(1).max(60),
  targets: z.array(targetNameSchema).min(1).max(20),
  login: loginSchema,
  durationSeconds: z.number().int().min(30),
  reason: z.string().max(2000),
  endsWithSession: z.boolean(),
});
export type Template = z.infer<typeof templateSchema>;

/** What a person chooses; kept by electron-store, no secrets. */
export const settingsFields = {
  /** Where the org backend is, e.g. "https://sallyport.example.com"; '' until chosen. */
  backendAddress: z.string(),
  theme: z.enum(['system', 'light', 'dark']),
  notifications: z.boolean(),
  /** No notifications until then, epoch ms on this computer's clock; 0 when they may come. */
  doNotDisturbUntil: momentSchema,
  terminalFontSize: z.number().int().min(8).max(32),
  terminalScrollback: z.number().int().min(100).max(200_000),
  /** Name of an installed font; '' is ours. */
  terminalFont: z.string().max(100),
  terminalColors: z.enum(['app', 'dark', 'light', 'solarized', 'high-contrast']),
  terminalBell: z.enum(['off', 'visible', 'sound']),
  terminalCopyOnSelect: z.boolean(),
  /** What Connect opens. */
  connectWith: z.enum(['built-in', 'native']),
  /** Id of the native terminal (see native.list); '' is the desktop's own. */
  nativeTerminal: z.string().max(100),
  /** Whether live grants stand in the person's ssh configuration. Changed by sshConfig.change alone. */
  sshConfig: z.boolean(),
  startAtLogin: z.boolean(),
  /** What happens when a newer version is there: it is installed, only said, or not looked for. */
  updates: z.enum(['install', 'notify', 'off']),
  updateChannel: updateChannelSchema,
  /** Signs out after so many minutes without a key or a move of the mouse on this computer; 0 is never. */
  idleSignOutMinutes: z
    .number()
    .int()
    .min(0)
    .max(7 * 24 * 60),
  /** Electron accelerator that shows the popover; '' is none. */
  shortcut: z.string().max(60),
  /** Names of targets. */
  favourites: z.array(targetNameSchema).max(200),
  templates: z.array(templateSchema).max(50),
};
export const settingsSchema = z.strictObject(settingsFields);
export type Settings = z.infer<typeof settingsSchema>;
export const DEFAULT_SETTINGS: Settings = {
  backendAddress: '',
  theme: 'system',
  notifications: true,
  doNotDisturbUntil: 0,
  terminalFontSize: 13,
  terminalScrollback: 5_000,
  terminalFont: '',
  terminalColors: 'app',
  terminalBell: 'visible',
  terminalCopyOnSelect: false,
  connectWith: 'built-in',
  nativeTerminal: '',
  sshConfig: false,
  startAtLogin: false,
  updates: 'install',
  updateChannel: 'stable',
  idleSignOutMinutes: 0,
  shortcut: '',
  favourites: [],
  templates: [],
};
