import { BrowserWindow, type BrowserWindowConstructorOptions, nativeTheme, session } from 'electron';

/** The page's own ground. */
const BACKGROUND = { light: '#f7f8f9', dark: '#16181c' } as const;

/** A hidden window whose page can do nothing but draw, and speak through our preload. */
export function hardenedWindow(options: BrowserWindowConstructorOptions, preload: string): BrowserWindow {
  const window = new BrowserWindow({
    ...options,
    show: false,
    // Painted before the page is, so that a dark desktop sees no white flash.
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    autoHideMenuBar: true,
    webPreferences: {
      preload,
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
  return window;
}

/** No page of ours needs any permission. */
export function denyPermissions(): void {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  session.defaultSession.setPermissionCheckHandler(() => false);
  session.defaultSession.setDevicePermissionHandler(() => false);
}
