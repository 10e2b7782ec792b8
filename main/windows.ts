import { app, type BrowserWindow, type BrowserWindowConstructorOptions, nativeTheme, screen } from 'electron';
import type { Destination } from '../protocol/ipc/bridge.ts';
import { channels } from '../protocol/ipc/channels.ts';
import type { Settings } from '../protocol/ipc/settings.ts';
import type { Snapshot } from '../protocol/ipc/snapshot.ts';
import { Crashes } from './crashes.ts';
import { denyPermissions } from './hardened-window.ts';
import { PageWindow } from './page-window.ts';
import { byCursor, fitSize, fitToScreens, type WindowPlaces } from './window-places.ts';

const POPOVER = { width: 420, height: 640 } as const;
const LEAST_POPOVER = { width: 360, height: 480 } as const;
const TERMINALS = { width: 960, height: 640 } as const;
const LEAST_TERMINALS = { width: 480, height: 320 } as const;
/** A hidden popover costs about 57 MB and 7 ms to show again; a new one 150 ms. Milliseconds. */
const POPOVER_IDLE_MS = 10 * 60_000;
/** A window that is being drawn larger is kept once it is left alone, ms. */
const KEEP_MS = 500;

interface WindowsOptions {
  preload: string;
  icon: string;
  places: WindowPlaces;
  onTerminalsClosed: () => void;
  /** A page crashed; `again` when its window is made anew. */
  onCrash: (page: string, reason: string, again: boolean) => void;
}

/** The app's two windows: the popover, and the one with the terminals in tabs. Each is made when first needed. */
export class Windows {
  #popover: PageWindow | undefined;
  #terminals: PageWindow | undefined;
  #hideOnBlur = false;
  #quitting = false;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #keeping: ReturnType<typeof setTimeout> | undefined;
  readonly #crashes = new Crashes();
  readonly #options: WindowsOptions;

  constructor(options: WindowsOptions) {
    this.#options = options;
    denyPermissions();
    app.once('before-quit', () => {
      this.#quitting = true;
    });
  }

  /** A click on the tray: shows the popover, or hides it when it is there. It goes when the person clicks elsewhere. */
  togglePopover(): void {
    if (this.#popover?.window.isVisible()) this.hidePopover();
    else this.showPopover(undefined, { hideOnBlur: true });
  }

  /** Shows the popover; it stays until it is closed, unless it came by a click on the tray. */
  showPopover(destination?: Destination, options: { hideOnBlur: boolean } = { hideOnBlur: false }): void {
    clearTimeout(this.#idle);
    this.#hideOnBlur = options.hideOnBlur;
    this.#popover ??= this.#makePopover();
    placeByCursor(this.#popover.window);
    this.#popover.go(destination);
  }

  hidePopover(): void {
    this.#popover?.window.hide();
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#popover?.window.destroy(), POPOVER_IDLE_MS);
  }

  /** Shows the window of the terminals, at one of them if given. */
  showTerminals(destination?: Destination): void {
    this.#terminals ??= this.#makeTerminals();
    const { window } = this.#terminals;
    if (window.isMinimized()) window.restore();
    this.#terminals.go(destination);
  }

  /** The window of the terminals, if it is there. */
  get terminals(): BrowserWindow | undefined {
    return this.#terminals?.window;
  }

  closeTerminals(): void {
    this.#terminals?.window.close();
  }

  /** Hands every window the whole state; it is not made when there is no window. */
  send(snapshot: () => Snapshot): void {
    const open = [this.#popover, this.#terminals].filter((page) => page !== undefined);
    if (open.length === 0) return;
    const whole = snapshot();
    for (const { window } of open) window.webContents.send(channels.snapshot, whole);
  }

  setTheme(theme: Settings['theme']): void {
    if (nativeTheme.themeSource !== theme) nativeTheme.themeSource = theme;
  }

  dispose(): void {
    clearTimeout(this.#idle);
    clearTimeout(this.#keeping);
    this.#popover?.window.destroy();
    this.#terminals?.window.destroy();
  }

  #makePopover(): PageWindow {
    const page = this.#make('popover', {
      ...fitSize(this.#options.places.places.popover ?? POPOVER, roomByCursor(), LEAST_POPOVER),
      minWidth: LEAST_POPOVER.width,
      minHeight: LEAST_POPOVER.height,
      title: 'Sallyport',
      frame: false,
      maximizable: false,
      fullscreenable: false,
      skipTaskbar: true,
    });
    const { window } = page;
    window.on('blur', () => {
      if (this.#hideOnBlur) this.hidePopover();
    });
    window.on('close', (event) => {
      // A window that refuses to close would keep the app from quitting.
      if (this.#quitting) return;
      event.preventDefault();
      this.hidePopover();
    });
    window.webContents.on('before-input-event', (event, input) => {
      if (input.type === 'keyDown' && input.key === 'w' && (input.control || input.meta)) {
        event.preventDefault();
        this.hidePopover();
      }
    });
    window.on('resize', () => this.#keepPopover(window));
    window.on('closed', () => {
      if (this.#popover === page) this.#popover = undefined;
    });
    return page;
  }

  #makeTerminals(): PageWindow {
    const { terminals: was } = this.#options.places.places;
    const screens = [screen.getPrimaryDisplay(), ...screen.getAllDisplays()].map((display) => display.workArea);
    const page = this.#make('terminal', {
      ...(was ? fitToScreens(was, screens, LEAST_TERMINALS) : TERMINALS),
      minWidth: LEAST_TERMINALS.width,
      minHeight: LEAST_TERMINALS.height,
      title: 'Sallyport terminals',
    });
    const { window } = page;
    if (was?.maximized) window.maximize();
    // Before it is hidden or destroyed, when there is no place to ask for any more.
    window.on('close', () => {
      const terminals = { ...window.getNormalBounds(), maximized: window.isMaximized() };
      this.#options.places.keep({ terminals });
    });
    window.on('closed', () => {
      if (this.#terminals !== page) return;
      this.#terminals = undefined;
      this.#options.onTerminalsClosed();
    });
    return page;
  }

  #keepPopover(window: BrowserWindow): void {
    clearTimeout(this.#keeping);
    this.#keeping = setTimeout(() => {
      if (window.isDestroyed()) return;
      const { width, height } = window.getBounds();
      this.#options.places.keep({ popover: { width, height } });
    }, KEEP_MS);
  }

  #make(page: 'popover' | 'terminal', look: BrowserWindowConstructorOptions): PageWindow {
    const { icon, preload } = this.#options;
    const made: PageWindow = new PageWindow(
      { ...look, icon },
      { page, preload, onGone: (reason) => this.#gone(made, page, reason) },
    );
    return made;
  }

  /**
   * A page crashed. What it drew goes on in main, so its window comes again; if it crashes over and over, when the
   * person asks for it.
   */
  #gone(gone: PageWindow, page: 'popover' | 'terminal', reason: string): void {
    if (this.#quitting || reason === 'clean-exit') return;
    const { window } = gone;
    const wasSeen = window.isVisible() || window.isMinimized();
    const mayComeAgain = this.#crashes.another();
    const again = wasSeen && mayComeAgain;
    this.#options.onCrash(page, reason, again);
    // A window of terminals that the person closes closes them; this one does not.
    if (gone === this.#terminals) this.#terminals = undefined;
    window.destroy();
    if (!again) return;
    if (page === 'terminal') this.showTerminals();
    else this.showPopover();
  }
}

/** What the screen with the cursor on it has room for. */
function roomByCursor(): Electron.Rectangle {
  return screen.getDisplayNearestPoint(screen.getCursorScreenPoint()).workArea;
}

/** The cursor is at the tray when it was clicked: Linux does not tell where the tray is. */
function placeByCursor(window: BrowserWindow): void {
  const { x, y } = byCursor(window.getBounds(), screen.getCursorScreenPoint(), roomByCursor());
  window.setPosition(x, y);
}
