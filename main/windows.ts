import {
  app,
  BrowserWindow,
  type BrowserWindowConstructorOptions,
  dialog,
  nativeTheme,
  type OpenDialogOptions,
  type OpenDialogReturnValue,
  screen,
  session,
} from 'electron';
import type { Destination } from '../protocol/ipc/bridge.ts';
import { channels } from '../protocol/ipc/channels.ts';
import type { Settings, Snapshot } from '../protocol/ipc/snapshot.ts';
import { APP_ORIGIN } from './commands.ts';

const POPOVER = { width: 420, height: 640 } as const;
/** A hidden popover costs about 57 MB and 7 ms to show again; a new one 150 ms. Milliseconds. */
const POPOVER_IDLE_MS = 10 * 60_000;
const BACKGROUND = { light: '#f7f8f9', dark: '#16181c' } as const;

/** The app's two windows: the popover, and the one with the terminals in tabs. Each is made when first needed. */
export class Windows {
  #popover: BrowserWindow | undefined;
  #terminals: BrowserWindow | undefined;
  #hideOnBlur = false;
  #quitting = false;
  #idle: ReturnType<typeof setTimeout> | undefined;
  readonly #icon: string;
  readonly #preload: string;
  /** Windows whose page listens. */
  readonly #loaded = new WeakSet<BrowserWindow>();
  /** Windows that have something to show. */
  readonly #painted = new WeakSet<BrowserWindow>();
  /** Where a page that is still loading shall go first. */
  readonly #waiting = new WeakMap<BrowserWindow, Destination>();
  readonly #onTerminalsClosed: () => void;

  constructor(paths: { preload: string; icon: string }, onTerminalsClosed: () => void) {
    this.#preload = paths.preload;
    this.#icon = paths.icon;
    this.#onTerminalsClosed = onTerminalsClosed;
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

  /** Has the person choose files of this computer. Their paths; none when they changed their mind. */
  async askFilesToSend(): Promise<string[]> {
    const { canceled, filePaths } = await this.#ask({
      title: 'Files to send',
      buttonLabel: 'Send',
      properties: ['openFile', 'multiSelections', 'showHiddenFiles', 'dontAddToRecent'],
    });
    return canceled ? [] : filePaths;
  }

  /** Has the person choose a folder of this computer, null when they changed their mind. */
  async askFolderToSaveIn(): Promise<string | null> {
    const { canceled, filePaths } = await this.#ask({
      title: 'Where to save',
      buttonLabel: 'Save here',
      properties: ['openDirectory', 'createDirectory', 'dontAddToRecent'],
    });
    return canceled ? null : (filePaths[0] ?? null);
  }

  #ask(options: OpenDialogOptions): Promise<OpenDialogReturnValue> {
    return this.#terminals ? dialog.showOpenDialog(this.#terminals, options) : dialog.showOpenDialog(options);
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
      ...POPOVER,
      title: 'Sallyport',
      frame: false,
      resizable: false,
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
    window.on('closed', () => {
      this.#popover = undefined;
    });
    return window;
  }

  #makeTerminals(): BrowserWindow {
    const window = this.#make('terminal', {
      width: 960,
      height: 640,
      minWidth: 480,
      minHeight: 320,
      title: 'Sallyport terminals',
    });
    window.on('closed', () => {
      this.#terminals = undefined;
      this.#onTerminalsClosed();
    });
    return window;
  }

  #make(page: 'popover' | 'terminal', options: BrowserWindowConstructorOptions): BrowserWindow {
    const window = new BrowserWindow({
      ...options,
      show: false,
      icon: this.#icon,
      // Painted before the page is, so that a dark desktop sees no white flash.
      backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
      autoHideMenuBar: true,
      webPreferences: {
        preload: this.#preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        spellcheck: false,
        // A hidden window goes on acknowledging terminal output.
        backgroundThrottling: false,
      },
    });
    window.removeMenu();
    const { webContents } = window;
    webContents.on('will-navigate', (event) => event.preventDefault());
    webContents.on('will-redirect', (event) => event.preventDefault());
    webContents.on('will-attach-webview', (event) => event.preventDefault());
    webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
    webContents.on('did-finish-load', () => {
      this.#loaded.add(window);
      this.#go(window, this.#waiting.get(window));
      this.#waiting.delete(window);
    });
    webContents.on('render-process-gone', () => window.destroy());
    window.once('ready-to-show', () => {
      this.#painted.add(window);
      this.#go(window, undefined);
    });
    void window.loadURL(`${APP_ORIGIN}/index.html#${page}`);
    return window;
  }
}

/** By the cursor, which is at the tray when it was clicked: Linux does not tell where the tray is. */
function place(window: BrowserWindow): void {
  const cursor = screen.getCursorScreenPoint();
  const { workArea } = screen.getDisplayNearestPoint(cursor);
  const within = (at: number, start: number, room: number): number =>
    Math.round(Math.min(Math.max(at, start), start + room));
  window.setPosition(
    within(cursor.x - POPOVER.width / 2, workArea.x, workArea.width - POPOVER.width),
    within(cursor.y, workArea.y, workArea.height - POPOVER.height),
  );
}

function denyPermissions(): void {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  session.defaultSession.setPermissionCheckHandler(() => false);
  session.defaultSession.setDevicePermissionHandler(() => false);
}
