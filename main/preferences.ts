import { isDeepStrictEqual } from 'node:util';
import { AppError } from '../protocol/errors.ts';
import type { Settings } from '../protocol/ipc/settings.ts';
import type { Call } from './connection/call.ts';
import type { Log } from './log.ts';
import { type Chosen, enforcedNames, mayConnectIn, settingsInForce } from './managed/in-force.ts';
import type { Management } from './managed/management.ts';
import type { Store } from './store.ts';
import { backendOrigin } from './system-browser.ts';

/** Some of the settings; an `undefined` one stays as it was. */
export type SomeSettings = { [K in keyof Settings]?: Settings[K] | undefined };

/** Keeps on disk what the person has chosen, and nothing else. */
export interface SettingsStore {
  chosen(): Chosen;
  change(fields: SomeSettings): void;
}

interface PreferencesOptions {
  store: Store;
  settings: SettingsStore;
  management: Pick<Management, 'layers' | 'problem' | 'shown' | 'untilRead'>;
  /** Backend from the command line. It counts for this run, until another is chosen, and is not written down. */
  backend: string | undefined;
  call: Call;
  /** Makes what was chosen so on the desktop. @throws AppError when that does not go; nothing is kept then */
  applySettings: (chosen: SomeSettings) => void;
  /** Signs out of the backend that was used before. */
  signOut: () => void;
  log: Log;
}

/** What holds: what the organisation enforces, what the person chooses, what the organisation presets. */
export class Preferences {
  readonly #options: PreferencesOptions;
  #forThisRun: Chosen;

  constructor(options: PreferencesOptions) {
    this.#options = options;
    this.#forThisRun = { backendAddress: options.backend };
  }

  /** @throws AppError when the organisation or the desktop does not let us */
  change(fields: SomeSettings): Settings {
    this.mayChange(fields);
    return this.#keep(fields);
  }

  /** @throws AppError 'not-allowed' when the organisation has set one of these */
  mayChange(fields: SomeSettings): void {
    const { layers } = this.#options.management;
    const { terminals = null } = layers.enforced;
    const enforced = enforcedNames(layers).find((name) => fields[name] !== undefined);
    const { nativeTerminal = '' } = fields;
    const field = enforced ?? (nativeTerminal !== '' && !mayConnectIn(terminals, nativeTerminal) && 'nativeTerminal');
    if (field) throw new AppError('not-allowed', 'Your organisation has set this.', { field });
  }

  /** Remembers a backend after it has answered. @throws AppError when none answers there, or may not be chosen */
  async chooseBackend(typed: string): Promise<{ orgName: string }> {
    const { call, management } = this.#options;
    await management.untilRead;
    this.#mayChooseBackend();
    const backend = backendOrigin(typed);
    const org = await call('org.show', {}, { backend });
    // It may have been set meanwhile.
    this.#mayChooseBackend();
    this.#forThisRun = {};
    this.#keep({ backendAddress: backend });
    return { orgName: org.name };
  }

  #mayChooseBackend(): void {
    const { problem } = this.#options.management;
    if (problem) throw problem;
    this.mayChange({ backendAddress: '' });
  }

  /** The organisation says something else now. */
  follow(): void {
    const { store, management, applySettings, log } = this.#options;
    const before = store.state.settings;
    this.#show();
    store.apply({ kind: 'managed', managed: management.shown });
    const { startAtLogin } = store.state.settings;
    if (startAtLogin === before.startAtLogin) return;
    try {
      applySettings({ startAtLogin });
    } catch (error) {
      log.warn('what the organisation says of the start at login could not be done', error);
    }
  }

  #keep(fields: SomeSettings): Settings {
    const { settings, applySettings } = this.#options;
    applySettings(fields);
    settings.change(fields);
    return this.#show();
  }

  /** Shows what is in force. No token goes to a backend that it is not of: another one is begun signed out. */
  #show(): Settings {
    const { store, settings, management, signOut } = this.#options;
    const inForce = settingsInForce(management.layers, settings.chosen(), this.#forThisRun);
    if (inForce.backendAddress !== store.state.settings.backendAddress) signOut();
    if (!isDeepStrictEqual(inForce, store.state.settings)) store.apply({ kind: 'settings', settings: inForce });
    return inForce;
  }
}
