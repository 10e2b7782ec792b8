import { AppError } from '../../protocol/errors.ts';
import { MANAGED_SETTING_NAMES, type Manageable, type ManagedSettingName } from '../../protocol/ipc/managed.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../protocol/ipc/settings.ts';
import type { Layers } from './policy.ts';

/** What somebody has chosen, and nothing else. */
export type Chosen = { readonly [K in keyof Settings]?: Settings[K] | undefined };

/** Enforced, else for this run, else chosen by the person, else the organisation's default, else ours. Pure. */
export function settingsInForce(layers: Layers, chosen: Chosen, forThisRun: Chosen = {}): Settings {
  return withinTerminals(
    {
      ...DEFAULT_SETTINGS,
      ...settingsAmong(layers.defaults),
      ...given(chosen),
      ...given(forThisRun),
      ...settingsAmong(layers.enforced),
    },
    layers.enforced.terminals,
  );
}

/** The settings a person cannot change: those that are enforced, and what follows from them. */
export function enforcedNames({ enforced }: Layers): ManagedSettingName[] {
  const one = onlyWayToConnect(enforced.terminals);
  return MANAGED_SETTING_NAMES.filter(
    (name) => enforced[name] !== undefined || (name === 'connectWith' && one !== undefined),
  );
}

/** Whether a setting is as the organisation says, enforced or because the person has not chosen. */
export function isGiven(name: ManagedSettingName, layers: Layers, chosen: Chosen): boolean {
  if (layers.enforced[name] !== undefined) return true;
  return layers.defaults[name] !== undefined && given(chosen)[name] === undefined;
}

/** Whether what Connect opens is allowed. @param terminals null: all */
export function mayConnectIn(terminals: readonly string[] | null, id: string): boolean {
  return terminals === null || terminals.includes(id);
}

/** The refusal to open another. @param terminals ids of those that are allowed */
export function terminalRefused(terminals: readonly string[]): AppError {
  const list = terminals.join(', ');
  return new AppError(
    'not-allowed',
    `Your organisation lets you connect in these alone: ${list}. Choose one of them in Settings, or install it.`,
  );
}

/** No backend is no choice of one. */
function given(chosen: Chosen): Partial<Settings> {
  return Object.fromEntries(
    Object.entries(chosen).filter(
      ([name, value]) => value !== undefined && !(name === 'backendAddress' && value === ''),
    ),
  );
}

function settingsAmong(layer: Manageable): Partial<Settings> {
  return Object.fromEntries(
    MANAGED_SETTING_NAMES.flatMap((name) => (layer[name] === undefined ? [] : [[name, layer[name]]])),
  );
}

function onlyWayToConnect(terminals: Manageable['terminals']): Settings['connectWith'] | undefined {
  if (!terminals) return undefined;
  if (!terminals.includes('built-in')) return 'native';
  return terminals.every((id) => id === 'built-in') ? 'built-in' : undefined;
}

/** What was chosen before may not be allowed any more. */
function withinTerminals(settings: Settings, terminals: Manageable['terminals']): Settings {
  if (!terminals) return settings;
  const connectWith = onlyWayToConnect(terminals) ?? settings.connectWith;
  return {
    ...settings,
    connectWith,
    nativeTerminal: terminals.includes(settings.nativeTerminal) ? settings.nativeTerminal : '',
  };
}
