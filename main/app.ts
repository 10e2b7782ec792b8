import { homedir, hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { app, clipboard, net, shell } from 'electron';
import { version } from '../package.json';
import type { Destination } from '../protocol/ipc/bridge.ts';
import { systemClock, systemScheduler } from '../protocol/time.ts';
import { serveAppScheme } from './app-scheme.ts';
import { diagnosticsOf } from './diagnostics.ts';
import { Warnings } from './grants/warnings.ts';
import { handlersOf } from './handlers.ts';
import { serveCommands } from './ipc.ts';
import { type Log, lastLines } from './log.ts';
import { mayApproveByButton } from './notice-buttons.ts';
import type { Notice } from './notices.ts';
import { Notifications } from './notifications.ts';
import { onScreenLock, onWake } from './power.ts';
import { Quit } from './quit.ts';
import { ScreenLock } from './screen-lock.ts';
import { keychainStorage } from './secret-storage.ts';
import { buildServices, every, type Services } from './services.ts';
import { openSettings } from './settings.ts';
import { type AppFacts, snapshotOf } from './snapshot.ts';
import { backendOrigin, linkOpener, systemBrowser } from './system-browser.ts';
import { Telling } from './telling.ts';
import { TrayDrawing } from './tray/tray.ts';
import { onTrayHost } from './tray/tray-host.ts';
import type { TrayAct } from './tray/tray-view.ts';
import { Windows } from './windows.ts';

interface AppOptions {
  dataFolder: string;
  logFolder: string;
  log: Log;
  /** Backend for this run, from the command line. */
  backend: string | undefined;
}

const mainFolder = import.meta.dirname;
const resources = join(mainFolder, '../../resources');
/** How much of the log goes into the diagnostics, lines. */
const LOG_LINES = 200;
const facts: AppFacts = { version, platform: process.platform as AppFacts['platform'] };

/** The composition root: ties the services to the desktop, and disposes of everything in reverse. */
export class App {
  readonly #services: Services;
  readonly #windows: Windows;
  readonly #log: Log;
  readonly #logFolder: string;
  readonly #quit: Quit;
  readonly #ends: (() => void)[] = [];

  constructor({ dataFolder, logFolder, log, backend }: AppOptions) {
    this.#log = log;
    this.#logFolder = logFolder;
    log.info('started', { ...facts, electron: process.versions.electron });
    serveAppScheme(join(mainFolder, '../renderer'));
    this.#windows = new Windows(
      { preload: join(mainFolder, '../preload/index.cjs'), icon: join(resources, 'icon.png') },
      () => this.#services.terminals.closeAll(),
    );
    this.#services = buildServices({
      clock: systemClock,
      log,
      settings: openSettings(dataFolder, log),
      backend: backend === undefined ? undefined : backendOrigin(backend),
      // Chromium's network: the company's proxy, and the certificates that the system trusts.
      fetch: (url, init) => net.fetch(url, { ...init, credentials: 'omit' }),
      openBrowser: systemBrowser((url) => shell.openExternal(url)),
      keychain: keychainStorage(),
      signInFile: join(dataFolder, 'sign-in.sealed'),
      folder: dataFolder,
      sshConfigFile: join(homedir(), '.ssh', 'config'),
      showTerminal: (terminalId) => this.#windows.showTerminals({ page: 'terminal', terminalId }),
      closeTerminalWindow: () => this.#windows.closeTerminals(),
      nativeScripts: join(resources, 'native'),
      askFilesToSend: () => this.#windows.askFilesToSend(),
      askFolderToSaveIn: () => this.#windows.askFolderToSaveIn(),
    });
    this.#quit = new Quit({
      ...this.#services,
      ask: () => this.showPopover({ page: 'quit' }),
      end: () => app.quit(),
    });
    this.#ends.push(
      () => this.#windows.dispose(),
      () => this.#services.dispose(),
      this.#serve(),
      this.#drawWindows(),
      this.#drawNotifications(),
      this.#drawTray(),
      onWake(() => {
        this.#services.grants.check();
        this.#services.connection.retry();
      }),
    );
    // After the tray is there: a locked keychain holds everything up until the person has answered it.
    setTimeout(() => void this.#services.signIn.restore(), 0);
  }

  showPopover(destination?: Destination): void {
    this.#windows.showPopover(destination);
  }

  #snapshot() {
    const { store } = this.#services;
    return snapshotOf(store.state, store.revision, facts);
  }

  #serve(): () => void {
    const handlers = handlersOf({
      ...this.#services,
      snapshot: () => this.#snapshot(),
      hidePopover: () => this.#windows.hidePopover(),
      showPopover: (destination) => this.showPopover(destination),
      showTerminals: () => this.#windows.showTerminals(),
      // Promises in newer Electrons, values in older ones.
      clipboard: { read: async () => clipboard.readText(), write: async (text) => clipboard.writeText(text) },
      openLink: linkOpener((url) => shell.openExternal(url)),
      diagnostics: async () => {
        const text = this.#diagnostics();
        clipboard.writeText(text);
        return { lines: text.split('\n').length };
      },
      quit: (input) => void this.#quit.request(input),
    });
    return serveCommands(handlers, (name, error) => this.#log.warn(`${name} was refused`, error));
  }

  #drawWindows(): () => void {
    const { store } = this.#services;
    this.#windows.setTheme(store.state.settings.theme);
    return store.subscribe((state) => {
      this.#windows.setTheme(state.settings.theme);
      this.#windows.send(() => this.#snapshot());
    });
  }

  /** Notices of what happened, and of what time brings: an end that comes near, a screen that was locked. */
  #drawNotifications(): () => void {
    const { store, releases, backendClock } = this.#services;
    const notifications = new Notifications({
      onClick: ({ destination }) => this.showPopover(destination),
      onApprove: (notice) => void this.#approve(notice),
    });
    const telling = new Telling({
      ...{ store, scheduler: systemScheduler(), now: () => systemClock.now() },
      show: (notice) => notifications.show(notice),
    });
    const tell = (notice: Notice): void => telling.tell(notice);
    const warnings = new Warnings({ store, backendClock, every, tell, takeDown: (key) => telling.takeDown(key) });
    const screenLock = new ScreenLock({ store, releases, tell });
    const stopListening = onScreenLock(
      (locked) => {
        screenLock.changed(locked);
        this.#services.grants.check();
      },
      (error) =>
        this.#log.info('the screen’s lock is not told on a message bus', { because: error?.message ?? 'it ended' }),
    );
    return () => {
      stopListening();
      screenLock.dispose();
      warnings.dispose();
      telling.dispose();
    };
  }

  /** "Approve" was pressed on a notification: what was shown is approved, or looked at when it is not that any more. */
  async #approve(notice: Notice): Promise<void> {
    const { store, requests } = this.#services;
    if (!notice.approve || !mayApproveByButton(store.state, notice)) return this.showPopover(notice.destination);
    const { requestId, revision } = notice.approve;
    await requests.decide(requestId, { verdict: 'approve', revision, reason: '' }).catch((error: unknown) => {
      this.#log.warn('a request could not be approved from its notification', error);
      this.showPopover(notice.destination);
    });
  }

  #drawTray(): () => void {
    const tray = new TrayDrawing({
      store: this.#services.store,
      images: join(resources, 'tray'),
      onClick: () => this.#windows.togglePopover(),
      onAct: (act) => this.#act(act).catch((error: unknown) => this.#log.warn(`${act.kind} failed`, error)),
      now: () => systemClock.now(),
    });
    const stopWatching =
      process.platform === 'linux'
        ? onTrayHost(
            process.env,
            () => tray.remake(),
            (error) => this.#log.warn('the message bus is gone; a tray that starts later will not be seen', error),
          )
        : () => undefined;
    return () => {
      stopWatching();
      tray.dispose();
    };
  }

  /** What a click in the tray's menu does; where it can fail, the popover is there to say why. */
  async #act(act: TrayAct): Promise<void> {
    const { signIn, grants, openTerminal } = this.#services;
    switch (act.kind) {
      case 'open':
        return this.showPopover();
      case 'inbox':
        return this.showPopover({ page: 'inbox', requestId: null });
      case 'connect':
        return openTerminal(act.grantId);
      case 'terminals':
        return this.#windows.showTerminals();
      case 'release':
        return grants.release(act.grantId);
      case 'sign-in':
        this.showPopover();
        return signIn.start();
      case 'sign-out':
        return signIn.end();
      case 'quit':
        return this.#quit.request({ confirmed: false, release: false });
      default:
        return act satisfies never;
    }
  }

  #diagnostics(): string {
    const { electron, chrome, node } = process.versions;
    const { username, homedir } = userInfo();
    const installation = {
      ...{ version, platform: `${process.platform} ${process.arch}`, own: [username, homedir, hostname()] },
      versions: { electron: electron ?? '', chrome: chrome ?? '', node, system: process.getSystemVersion() },
    };
    const log = lastLines(this.#logFolder, LOG_LINES);
    return diagnosticsOf(this.#services.store.state, installation, log, systemClock.now());
  }

  dispose(): void {
    for (const end of this.#ends.splice(0).reverse()) end();
  }
}
