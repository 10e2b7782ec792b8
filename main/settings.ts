import { join } from 'node:path';
import ElectronStore from 'electron-store';
import { type Settings, settingsSchema } from '../protocol/ipc/settings.ts';
import type { Log } from './log.ts';
import type { SettingsStore } from './preferences.ts';
import { chosenIn, mendSettingsFile } from './settings-file.ts';

const chosenSchema = settingsSchema.partial();

/** Opens `settings.json` in the app's data folder, which holds what was chosen; a bad file is mended and kept as a backup. */
export function openSettings(folder: string, log: Log): SettingsStore {
  const file = join(folder, 'settings.json');
  const mended = (): Partial<Settings> => {
    const { chosen, problem } = mendSettingsFile(file);
    if (problem) log.warn(problem);
    return chosen;
  };
  mended();
  const store = new ElectronStore<Partial<Settings>>({ name: 'settings', cwd: folder });
  return {
    chosen: () => chosenIn(file),
    change(fields) {
      const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
      store.store = chosenSchema.parse({ ...mended(), ...given }) as Partial<Settings>;
    },
  };
}
