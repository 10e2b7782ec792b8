import type { Settings } from '../protocol/ipc/settings.ts';
import { settingsSchema } from '../protocol/ipc/settings.ts';
import type { Call } from './connection/call.ts';
import type { Store } from './store.ts';
import { backendOrigin } from './system-browser.ts';

/** Some of the settings; an `undefined` one stays as it was. */
export type SomeSettings = { [K in keyof Settings]?: Settings[K] | undefined };

/** Keeps settings on disk. */
export interface SettingsStore {
  read(): Settings;
  change(fields: SomeSettings): Settings;
}

interface PreferencesOptions {
  store: Store;
  settings: SettingsStore;
  call: Call;
  /** Makes what was chosen so on the desktop. @throws AppError when that does not go; nothing is kept then */
  applySettings: (chosen: SomeSettings) => void;
  /** Signs out of the backend that was chosen before. */
  signOut: () => void;
}

/** What the person chooses. A backend given on the command line counts for this run and is not written down. */
export class Preferences {
  readonly #options: PreferencesOptions;

  constructor(options: PreferencesOptions) {
    this.#options = options;
  }

  /** @throws AppError when the desktop does not let us */
  change(fields: SomeSettings): Settings {
    const { store, settings, applySettings } = this.#options;
    applySettings(fields);
    const { backendAddress } = store.state.settings;
    const kept = settings.change(fields);
    const shown = settingsSchema.parse({ ...kept, backendAddress: fields.backendAddress ?? backendAddress });
    store.apply({ kind: 'settings', settings: shown });
    return shown;
  }

  /** Remembers a backend after it has answered. @throws AppError when none answers there */
  async chooseBackend(typed: string): Promise<{ orgName: string }> {
    const { store, call, signOut } = this.#options;
    const backend = backendOrigin(typed);
    const org = await call('org.show', {}, { backend });
    if (backend !== store.state.settings.backendAddress) signOut();
    this.change({ backendAddress: backend });
    return { orgName: org.name };
  }
}
