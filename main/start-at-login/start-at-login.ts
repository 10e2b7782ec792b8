import { app } from 'electron';
import { autostartEntry } from './autostart-entry.ts';

/** Whether the desktop starts the app, in the tray only, when the person logs in. */
export interface StartAtLogin {
  /** As it truly is: the desktop has settings of its own for it. */
  readonly enabled: boolean;
  /** @throws when the desktop does not let us */
  set(enabled: boolean): void;
}

/** The argument that makes it start without a window. */
export const HIDDEN = '--hidden';

export function startAtLogin(): StartAtLogin {
  if (process.platform === 'linux') {
    // An AppImage runs from a place that is gone after it ends.
    const program = process.env.APPIMAGE ?? process.execPath;
    return autostartEntry(process.env, [program, ...(app.isPackaged ? [] : [app.getAppPath()]), HIDDEN]);
  }
  return {
    get enabled() {
      return app.getLoginItemSettings({ args: [HIDDEN] }).openAtLogin;
    },
    set(enabled) {
      app.setLoginItemSettings({ openAtLogin: enabled, args: [HIDDEN] });
    },
  };
}
