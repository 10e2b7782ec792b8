import { z } from 'zod';
import { failureSchema } from '../errors.ts';
import { keyIdSchema, publicKeySchema } from '../update/keys.ts';
import { settingsFields } from './settings.ts';

/** The links that other programs may open (see main/deep-link.ts). */
export const linkKindSchema = z.enum(['request', 'new', 'connect', 'join']);
export type LinkKind = z.infer<typeof linkKindSchema>;

/**
 * What the organisation's IT may say, once in a layer that it enforces and once in one of defaults. The names are those
 * of the settings a person has; the last ones have no such setting and can only be enforced.
 */
export const manageableSchema = z
  .object({
    backendAddress: settingsFields.backendAddress,
    updates: settingsFields.updates,
    updateChannel: settingsFields.updateChannel,
    startAtLogin: settingsFields.startAtLogin,
    connectWith: settingsFields.connectWith,
    nativeTerminal: settingsFields.nativeTerminal,
    sshConfig: settingsFields.sshConfig,
    idleSignOutMinutes: settingsFields.idleSignOutMinutes,
    notifications: settingsFields.notifications,
    /** What Connect may open: 'built-in' and ids of native terminals (see native.list). All when left out. */
    terminals: z.array(z.string().min(1).max(100)).min(1).max(50),
    /** Links that are followed. All when left out, none when empty. */
    deepLinks: z.array(linkKindSchema).max(10),
    /** Who may sign updates, instead of the keys that came with the app. */
    updateKeys: z
      .array(z.strictObject({ id: keyIdSchema, publicKey: publicKeySchema }))
      .min(1)
      .max(10),
  })
  .partial();
export type Manageable = z.infer<typeof manageableSchema>;

/** What has no setting of a person. */
export const ENFORCED_ONLY = ['terminals', 'deepLinks', 'updateKeys'] as const satisfies readonly (keyof Manageable)[];
export type ManagedSettingName = Exclude<keyof Manageable, (typeof ENFORCED_ONLY)[number]>;
export const MANAGED_SETTING_NAMES = Object.keys(manageableSchema.shape).filter(
  (name) => !ENFORCED_ONLY.some((only) => only === name),
) as [ManagedSettingName, ...ManagedSettingName[]];

/** How this computer is managed, as a window sees it. The settings of the snapshot are those in force already. */
export const managedSchema = z.strictObject({
  /** The settings a person cannot change. */
  enforced: z.array(z.enum(MANAGED_SETTING_NAMES)),
  /** null: all. */
  terminals: z.array(z.string()).nullable(),
  deepLinks: z.array(linkKindSchema).nullable(),
  /** Names of the keys that may sign updates; null: those that came with the app. */
  updateKeys: z.array(keyIdSchema).nullable(),
  /** What is written there and this version does not know, as dotted paths: passed over. */
  unknown: z.array(z.string()),
  /** Where it was read, for the diagnostics and the page about this app; '' when this computer is not managed. */
  source: z.string(),
  /** It is there and cannot be trusted or read: nobody signs in until IT has mended it. */
  problem: failureSchema.nullable(),
});
export type Managed = z.infer<typeof managedSchema>;
export const NOT_MANAGED: Managed = {
  ...{ enforced: [], terminals: null, deepLinks: null, updateKeys: null, unknown: [] },
  ...{ source: '', problem: null },
};
