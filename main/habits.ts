import { AppError } from '../protocol/errors.ts';
import type { Settings } from '../protocol/ipc/settings.ts';
import type { Log } from './log.ts';
import type { SomeSettings } from './preferences.ts';
import type { Shortcut } from './shortcut.ts';
import type { StartAtLogin } from './start-at-login/start-at-login.ts';

interface HabitsOptions {
  shortcut: Pick<Shortcut, 'use'>;
  startAtLogin: StartAtLogin;
  log: Log;
}

/** Those of the settings that live in the desktop and not only in our file: the shortcut, and the start at login. */
export class Habits {
  readonly #options: HabitsOptions;

  constructor(options: HabitsOptions) {
    this.#options = options;
  }

  /** Makes what was chosen so, before it is kept. @throws AppError when the desktop does not let us */
  use(chosen: SomeSettings): void {
    const { shortcut, startAtLogin } = this.#options;
    if (chosen.shortcut !== undefined) shortcut.use(chosen.shortcut);
    if (chosen.startAtLogin === undefined) return;
    try {
      startAtLogin.set(chosen.startAtLogin);
    } catch (cause) {
      throw new AppError('internal', 'This desktop does not let Sallyport change what starts at login.', {
        cause,
        field: 'startAtLogin',
      });
    }
  }

  /**
   * What holds at the start of the app: the desktop may have taken the shortcut, or have been told otherwise about the
   * start at login. @param given whether the organisation says if it starts at login; then it is made so
   * @returns the settings that are not as they were kept
   */
  begin(kept: Pick<Settings, 'shortcut' | 'startAtLogin'>, given = false): SomeSettings {
    const { shortcut, startAtLogin, log } = this.#options;
    try {
      shortcut.use(kept.shortcut);
    } catch (error) {
      // It stays chosen: the program that has it now may be gone the next time.
      log.warn('the shortcut could not be had', error);
    }
    const { enabled } = startAtLogin;
    const wanted = given ? kept.startAtLogin : enabled;
    try {
      // Written anew: the app may have been moved since.
      if (wanted || enabled) startAtLogin.set(wanted);
    } catch (error) {
      log.warn('the start at login could not be renewed', error);
    }
    return given || enabled === kept.startAtLogin ? {} : { startAtLogin: enabled };
  }
}
