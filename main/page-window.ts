import type { BrowserWindow, BrowserWindowConstructorOptions } from 'electron';
import type { Destination } from '../protocol/ipc/bridge.ts';
import { channels } from '../protocol/ipc/channels.ts';
import { APP_ORIGIN } from './commands.ts';
import { hardenedWindow } from './hardened-window.ts';

interface PageWindowOptions {
  page: 'popover' | 'terminal';
  preload: string;
  /** The page crashed, or its process was ended. */
  onGone: (reason: string) => void;
}

/** A window with one of our pages: shown once it has something to show, and told where to go once it listens. */
export class PageWindow {
  readonly window: BrowserWindow;
  /** Its page listens. */
  #loaded = false;
  /** It has something to show. */
  #painted = false;
  /** Where a page that is still loading shall go first. */
  #waiting: Destination | undefined;

  constructor(look: BrowserWindowConstructorOptions, { page, preload, onGone }: PageWindowOptions) {
    this.window = hardenedWindow(look, preload);
    const { webContents } = this.window;
    webContents.on('did-finish-load', () => {
      this.#loaded = true;
      this.go(this.#waiting);
      this.#waiting = undefined;
    });
    webContents.on('render-process-gone', (_event, { reason }) => onGone(reason));
    this.window.once('ready-to-show', () => {
      this.#painted = true;
      this.go(undefined);
    });
    void this.window.loadURL(`${APP_ORIGIN}/index.html#${page}`);
  }

  /** Shows it, now or as soon as there is something to show, at the destination if one is given. */
  go(destination: Destination | undefined): void {
    if (destination && this.#loaded) this.window.webContents.send(channels.navigate, destination);
    else if (destination) this.#waiting = destination;
    if (!this.#painted) return;
    this.window.show();
    this.window.focus();
  }
}
