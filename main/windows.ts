import { app, type BrowserWindow, type BrowserWindowConstructorOptions, nativeTheme, screen } from 'electron';
import type { Destination } from '../protocol/ipc/bridge.ts';
import { channels } from '../protocol/ipc/channels.ts';
import type { Settings } from '../protocol/ipc/settings.ts';
import type { Snapshot } from '../protocol/ipc/snapshot.ts';
import { APP_ORIGIN } from './commands.ts';
import { denyPermissions, hardenedWindow } from './hardened-window.ts';
import { fitSize, fitToScreens, type WindowPlaces } from './window-places.ts';

const POPOVER = { width: 420, height: 640 } as const;
const LEAST_POPOVER = { width: 360, height: 480 } as const;
const TERMINALS = { width: 960, height: 640 } as const;
const LEAST_TERMINALS = { width: 480, height: 320 } as const;
/** A hidden popover costs about 57 MB and 7 ms to show again; a new one 150 ms. Milliseconds. */
const POPOVER_IDLE_MS = 10 * 60_000;
/** A window that is being drawn larger is kept once it is left alone, ms. */
const KEEP_MS = 500;

/** How many crashes of pages in a minute are answered with a new window. */
const MOST_CRASHES = 3;

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
  #popover: BrowserWindow | undefined;
  #terminals: BrowserWindow | undefined;
  #hideOnBlur = false;
  #quitting = false;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #keeping: ReturnType<typeof setTimeout> | undefined;
  readonly #icon: string;
  readonly #preload: string;
  /** Windows whose page listens. */
  readonly #loaded = new WeakSet<BrowserWindow>();
  /** Windows that have something to show. */
  readonly #painted = new WeakSet<BrowserWindow>();
  /** Where a page that is still loading shall go first. */
  readonly #waiting = new WeakMap<BrowserWindow, Destination>();
  /** When pages crashed, in the last minute; monotonic, ms. */
  #crashes: number[] = [];
  readonly #options: WindowsOptions;

  constructor(options: WindowsOptions) {
    this.#preload = options.preload;
    this.#icon = options.icon;
    this.#options = options;
    denyPermissions();
    app.once('before-quit', () => {
      this.#quitting = true;
    });
  }

  /** A click on the tray: shows the popover, or hides it when it is there. It goes when the person clicks elsewhere. */
  togglePopover(): void {
    if (this.#popover?.isVisible()) this.hidePopover();
    else this.showPopover(undefined, { hideOnBlur: true });
  }

  /** Shows the popover; it stays until it is closed, unless it came by a click on the tray. */
  showPopover(destination?: Destination, options: { hideOnBlur: boolean } = { hideOnBlur: false }): void {
    clearTimeout(this.#idle);
    this.#hideOnBlur = options.hideOnBlur;
    this.#popover ??= this.#makePopover();
    place(this.#popover);
    this.#go(this.#popover, destination);
  }

  hidePopover(): void {
    this.#popover?.hide();
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#popover?.destroy(), POPOVER_IDLE_MS);
  }

  /** Shows the window of the terminals, at one of them if given. */
  showTerminals(destination?: Destination): void {
    this.#terminals ??= this.#makeTerminals();
    if (this.#terminals.isMinimized()) this.#terminals.restore();
    this.#go(this.#terminals, destination);
  }

  /** The window of the terminals, if it is there. */
  get terminals(): BrowserWindow | undefined {
    return this.#terminals;
  }

  closeTerminals(): void {
    this.#terminals?.close();
  }

  /** Hands every window the whole state; it is not made when there is no window. */
  send(snapshot: () => Snapshot): void {
    const open = [this.#popover, this.#terminals].filter((window) => window !== undefined);
    if (open.length === 0) return;
    const whole = snapshot();
    for (const window of open) window.webContents.send(channels.snapshot, whole);
  }

  setTheme(theme: Settings['theme']): void {
    if (nativeTheme.themeSource !== theme) nativeTheme.themeSource = theme;
  }

  dispose(): void {
    clearTimeout(this.#idle);
    clearTimeout(this.#keeping);
    this.#popover?.destroy();
    this.#terminals?.destroy();
  }

  #go(window: BrowserWindow, destination: Destination | undefined): void {
    if (destination && this.#loaded.has(window)) window.webContents.send(channels.navigate, destination);
    else if (destination) this.#waiting.set(window, destination);
    if (!this.#painted.has(window)) return;
    window.show();
    window.focus();
  }

  #makePopover(): BrowserWindow {
    const window = this.#make('popover', {
      ...fitSize(this.#options.places.places.popover ?? POPOVER, roomByCursor(), LEAST_POPOVER),
      minWidth: LEAST_POPOVER.width,
      minHeight: LEAST_POPOVER.height,
      title: 'Sallyport',
      frame: false,
      maximizable: false,
      fullscreenable: false,
      skipTaskbar: true,
    });
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
      if (this.#popover === window) this.#popover = undefined;
    });
    return window;
  }

  #makeTerminals(): BrowserWindow {
    const { terminals: was } = this.#options.places.places;
    const screens = [screen.getPrimaryDisplay(), ...screen.getAllDisplays()].map((display) => display.workArea);
    const window = this.#make('terminal', {
      ...(was ? fitToScreens(was, screens, LEAST_TERMINALS) : TERMINALS),
      minWidth: LEAST_TERMINALS.width,
      minHeight: LEAST_TERMINALS.height,
      title: 'Sallyport terminals',
    });
    if (was?.maximized) window.maximize();
    // Before it is hidden or destroyed, when there is no place to ask for any more.
    window.on('close', () => {
      const terminals = { ...window.getNormalBounds(), maximized: window.isMaximized() };
      this.#options.places.keep({ terminals });
    });
    window.on('closed', () => {
      if (this.#terminals !== window) return;
      this.#terminals = undefined;
      this.#options.onTerminalsClosed();
    });
    return window;
  }

  #keepPopover(window: BrowserWindow): void {
    clearTimeout(this.#keeping);
    this.#keeping = setTimeout(() => {
      if (window.isDestroyed()) return;
      const { width, height } = window.getBounds();
      this.#options.places.keep({ popover: { width, height } });
    }, KEEP_MS);
  }

  #make(page: 'popover' | 'terminal', options: BrowserWindowConstructorOptions): BrowserWindow {
    const window = hardenedWindow({ ...options, icon: this.#icon }, this.#preload);
    const { webContents } = window;
    webContents.on('did-finish-load', () => {
      this.#loaded.add(window);
      this.#go(window, this.#waiting.get(window));
      this.#waiting.delete(window);
    });
    webContents.on('render-process-gone', (_event, { reason }) => this.#gone(window, page, reason));
    window.once('ready-to-show', () => {
      this.#painted.add(window);
      this.#go(window, undefined);
    });
    void window.loadURL(`${APP_ORIGIN}/index.html#${page}`);
    return window;
  }

  /**
   * A page crashed. What it drew goes on in main, so its window comes again; if it crashes over and over, when the
   * person asks for it.
   */
  #gone(window: BrowserWindow, page: 'popover' | 'terminal', reason: string): void {
    if (this.#quitting || reason === 'clean-exit') return;
    const wasSeen = window.isVisible() || window.isMinimized();
    const now = performance.now();
    this.#crashes = [...this.#crashes.filter((at) => now - at < 60_000), now];
    const again = wasSeen && this.#crashes.length <= MOST_CRASHES;
    this.#options.onCrash(page, reason, again);
    // A window of terminals that the person closes closes them; this one does not.
    if (window === this.#terminals) this.#terminals = undefined;
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

/** By the cursor, which is at the tray when it was clicked: Linux does not tell where the tray is. */
function place(window: BrowserWindow): void {
  const cursor = screen.getCursorScreenPoint();
  const room = roomByCursor();
  const { width, height } = window.getBounds();
  const within = (at: number, start: number, space: number): number =>
    Math.round(Math.min(Math.max(at, start), start + Math.max(space, 0)));
  window.setPosition(
    within(cursor.x - width / 2, room.x, room.width - width),
    within(cursor.y, room.y, room.height - height),
  );
}
