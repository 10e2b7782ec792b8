import { BrowserWindow, type BrowserWindowConstructorOptions, nativeTheme, type Session, session } from 'electron';

/** The page's own ground. */
const BACKGROUND = { light: '#f7f8f9', dark: '#16181c' } as const;

/**
 * The session of our pages, kept in memory alone. What the app itself sends goes by the default one; a page has no network
 * at all: what a content security policy knows nothing of (WebRTC, preconnections) ends at a proxy that nobody runs.
 */
export function pageSession(): Session {
  if (pages) return pages;
  pages = session.fromPartition('pages', { cache: false });
  void pages.setProxy({ mode: 'fixed_servers', proxyRules: 'http://127.0.0.1:1', proxyBypassRules: '<-loopback>' });
  return pages;
}
let pages: Session | undefined;

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
      session: pageSession(),
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
  // UDP passes proxies by.
  webContents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  webContents.on('will-navigate', (event) => event.preventDefault());
  webContents.on('will-redirect', (event) => event.preventDefault());
  webContents.on('will-attach-webview', (event) => event.preventDefault());
  webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  return window;
}

/** No page of ours needs any permission. */
export function denyPermissions(): void {
  for (const one of [session.defaultSession, pageSession()]) {
    one.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
    one.setPermissionCheckHandler(() => false);
    one.setDevicePermissionHandler(() => false);
  }
}
