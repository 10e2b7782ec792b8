import { join } from 'node:path';
import ElectronStore from 'electron-store';
import { type Settings, settingsSchema } from '../protocol/ipc/settings.ts';
import type { Log } from './log.ts';
import type { SettingsStore } from './preferences.ts';
import { mendSettingsFile } from './settings-file.ts';

const chosenSchema = settingsSchema.partial();

/** Opens `settings.json` in the app's data folder, which holds what was chosen; a bad file is mended and kept as a backup. */
export function openSettings(folder: string, log: Log): SettingsStore {
  const { problem } = mendSettingsFile(join(folder, 'settings.json'));
  if (problem) log.warn(problem);
  const store = new ElectronStore<Partial<Settings>>({ name: 'settings', cwd: folder });
  return {
    chosen: () => chosenSchema.parse(store.store),
    change(fields) {
      const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
      store.store = chosenSchema.parse({ ...store.store, ...given }) as Partial<Settings>;
    },
  };
}
