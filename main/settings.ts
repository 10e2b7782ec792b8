import { join } from 'node:path';
import ElectronStore from 'electron-store';
import { type Settings, settingsSchema } from '../protocol/ipc/settings.ts';
import type { Log } from './log.ts';
import type { SettingsStore } from './preferences.ts';
import { mendSettingsFile } from './settings-file.ts';

/** Opens `settings.json` in the app's data folder; a bad file is mended and kept as a backup. */
export function openSettings(folder: string, log: Log): SettingsStore {
  const { settings, problem } = mendSettingsFile(join(folder, 'settings.json'));
  if (problem) log.warn(problem);
  const store = new ElectronStore<Settings>({ name: 'settings', cwd: folder, defaults: settings });
  const read = (): Settings => settingsSchema.parse(store.store);
  return {
    read,
    change(fields) {
      const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
      store.store = settingsSchema.parse({ ...store.store, ...given });
      return read();
    },
  };
}
