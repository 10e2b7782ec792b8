import { homedir, hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { app, clipboard, globalShortcut, net, shell } from 'electron';
import type { Destination } from '../protocol/ipc/bridge.ts';
import { systemClock } from '../protocol/time.ts';
import type { Copy } from './about/about.ts';
import { serveAppScheme } from './app-scheme.ts';
import { type Attention, payAttention } from './attention.ts';
import { diagnosticsOf } from './diagnostics.ts';
import { FileDialogs } from './file-dialogs.ts';
import { Habits } from './habits.ts';
import { handlersOf } from './handlers.ts';
import { serveCommands, serveDroppedFiles } from './ipc.ts';
import { LinkVisits } from './link-visits.ts';
import { type Log, lastLines } from './log.ts';
import { isGiven } from './managed/in-force.ts';
import type { PolicySource } from './managed/policy-source.ts';
import { onWake } from './power.ts';
import { Quit } from './quit.ts';
import { keychainStorage } from './secret-storage.ts';
import { buildServices, type Services } from './services.ts';
import { openSettings } from './settings.ts';
import { Shortcut } from './shortcut.ts';
import { type AppFacts, snapshotOf } from './snapshot.ts';
import { startThisAgain } from './start-again.ts';
import { startAtLogin } from './start-at-login/start-at-login.ts';
import { backendOrigin, linkOpener, systemBrowser } from './system-browser.ts';
import { quietUntil } from './tray/quiet.ts';
import { TrayDrawing } from './tray/tray.ts';
import { onTrayHost } from './tray/tray-host.ts';
import type { TrayAct } from './tray/tray-view.ts';
import { WindowPlaces } from './window-places.ts';
import { Windows } from './windows.ts';

interface AppOptions {
  dataFolder: string;
  logFolder: string;
  log: Log;
  /** Backend for this run, from the command line. */
  backend: string | undefined;
  /** Where IT says what holds on this computer. */
  policy: PolicySource;
}

const mainFolder = import.meta.dirname;
const resources = join(mainFolder, '../../resources');
/** How much of the log goes into the diagnostics, lines. */
const LOG_LINES = 200;
const copy: Copy = {
  ...{ isPackaged: app.isPackaged, executable: process.execPath, resourcesPath: process.resourcesPath },
  manifest: join(mainFolder, '../../package.json'),
};
/** Comes when somebody asks: the tray does without. */
const aboutThisApp = () => import('./about/about.ts');
const facts: AppFacts = { version: app.getVersion(), platform: process.platform as AppFacts['platform'] };

/** The composition root: ties the services to the desktop, and disposes of everything in reverse. */
export class App {
  readonly #services: Services;
  readonly #windows: Windows;
  readonly #log: Log;
  readonly #logFolder: string;
  readonly #quit: Quit;
  readonly #attention: Attention;
  readonly #links: LinkVisits;
  readonly #ends: (() => void)[] = [];

  constructor({ dataFolder, logFolder, log, backend, policy }: AppOptions) {
    this.#log = log;
    this.#logFolder = logFolder;
    log.info('started', { ...facts, electron: process.versions.electron });
    serveAppScheme(join(mainFolder, '../renderer'));
    this.#windows = new Windows({
      ...{ preload: join(mainFolder, '../preload/index.cjs'), icon: join(resources, 'icon.png') },
      places: new WindowPlaces(join(dataFolder, 'windows.json')),
      onTerminalsClosed: () => this.#services.terminals.closeAll(),
      onCrash: (page, reason, again) =>
        log.warn(`the page "${page}" crashed (${reason}), ${again ? 'made anew' : 'left'}`),
    });
    const dialogs = new FileDialogs(() => this.#windows.terminals);
    const shortcut = new Shortcut({
      register: (accelerator, act) => globalShortcut.register(accelerator, act),
      unregister: (accelerator) => globalShortcut.unregister(accelerator),
      act: () => this.#windows.togglePopover(),
    });
    const habits = new Habits({ shortcut, startAtLogin: startAtLogin(), log });
    const settings = openSettings(dataFolder, log);
    this.#services = buildServices({
      clock: systemClock,
      log,
      settings,
      policy,
      backend: backend === undefined ? undefined : backendOrigin(backend),
      // Chromium's network: the company's proxy, and the certificates that the system trusts.
      fetch: (url, init) => net.fetch(url, { ...init, credentials: 'omit' }),
      openBrowser: systemBrowser((url) => shell.openExternal(url)),
      keychain: keychainStorage(),
      signInFile: join(dataFolder, 'sign-in.sealed'),
      folder: dataFolder,
      sshConfigFile: join(homedir(), '.ssh', 'config'),
      applySettings: (chosen) => habits.use(chosen),
      showTerminal: (terminalId) => this.#windows.showTerminals({ page: 'terminal', terminalId }),
      closeTerminalWindow: () => this.#windows.closeTerminals(),
      nativeScripts: join(resources, 'native'),
      program: {
        ...{ version: facts.version, isPackaged: app.isPackaged },
        ...{ executable: process.execPath, resourcesPath: process.resourcesPath },
      },
      updateKeys: join(resources, 'update-keys.json'),
      tell: (notice) => this.#attention.tell(notice),
      restart: () => void this.#quit.request({ confirmed: false, release: false, again: true }),
      askFilesToSend: (what) => dialogs.askFilesToSend(what),
      askFolderToSaveIn: () => dialogs.askFolderToSaveIn(),
      confirmSending: (question) => dialogs.confirmSending(question),
    });
    this.#quit = new Quit({
      ...this.#services,
      ask: (again) => this.showPopover({ page: 'quit', ...(again && { again }) }),
      end: (startAgain) => void this.#end(startAgain),
      // In a turn of its own: asked for while Electron still hears that this very quit is held up, it would be forgotten.
      endAtOnce: () => setImmediate(() => app.quit()),
    });
    // Before whatever sends a page somewhere on a change: it has to know what it is to show there.
    const stopDrawing = this.#drawWindows();
    this.#attention = payAttention({
      ...{ services: this.#services, log },
      show: (destination) => this.showPopover(destination),
    });
    this.#links = new LinkVisits({
      ...{ store: this.#services.store, log, now: () => systemClock.monotonic() },
      untilRead: () => this.#services.management.untilRead,
      show: (destination) => this.showPopover(destination),
      tell: (notice) => this.#attention.tell(notice),
    });
    this.#ends.push(
      () => this.#windows.dispose(),
      () => this.#services.dispose(),
      this.#serve(),
      stopDrawing,
      () => this.#attention.dispose(),
      () => this.#links.dispose(),
      () => shortcut.dispose(),
      this.#drawTray(),
      onWake(() => {
        this.#services.grants.check();
        this.#services.connection.retry();
        this.#services.updates.woke();
      }),
    );
    const { store, management, preferences } = this.#services;
    const begin = (): void => {
      const given = isGiven('startAtLogin', management.layers, settings.chosen());
      const otherwise = habits.begin(store.state.settings, given);
      // While it is not known what the organisation says, what the desktop says is nobody's choice.
      if (Object.keys(otherwise).length > 0 && !management.problem) preferences.change(otherwise);
    };
    if (management.untilRead) void management.untilRead.then(begin);
    else begin();
    // The tray is there: a version that was tried has proved itself.
    this.#services.updates.started();
    // After the tray is there: a locked keychain holds everything up until the person has answered it.
    setTimeout(() => void this.#services.signIn.restore(), 0);
  }

  showPopover(destination?: Destination): void {
    this.#windows.showPopover(destination);
  }

  /** Follows a link that another program opened. @param link not believed in anything */
  visit(link: string): void {
    this.#links.visit(link);
  }

  /** Whether the person is to be asked before the app quits. */
  get asksBeforeQuitting(): boolean {
    return this.#quit.asks;
  }

  /** The person, or the desktop, wants it to quit. */
  quit(): void {
    void this.#quit.request({ confirmed: false, release: false, again: false });
  }

  /** The system ends it: without a question, and soon. What is open is cut before this returns. */
  leave(): void {
    void this.#quit.leave();
  }

  /** Whether nothing is left to be done before the process ends. */
  get hasLeft(): boolean {
    return this.#quit.ended;
  }

  async #end(startAgain: boolean): Promise<void> {
    const installs = await this.#services.updates.leave(startAgain);
    if (startAgain && !installs) startThisAgain();
    app.quit();
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
        const text = await this.#diagnostics();
        clipboard.writeText(text);
        return { lines: text.split('\n').length };
      },
      about: {
        show: async () => (await aboutThisApp()).aboutOf(copy),
        licences: async () => (await aboutThisApp()).licencesOf(copy),
      },
      quit: (input) => void this.#quit.request(input),
    });
    const onError = (name: string, error: unknown): void => this.#log.warn(`${name} was refused`, error);
    const stops = [serveCommands(handlers, onError), serveDroppedFiles(this.#services.files, onError)];
    return () => {
      for (const stop of stops) stop();
    };
  }

  #drawWindows(): () => void {
    const { store } = this.#services;
    this.#windows.setTheme(store.state.settings.theme);
    return store.subscribe((state) => {
      this.#windows.setTheme(state.settings.theme);
      this.#windows.send(() => this.#snapshot());
    });
  }

  #drawTray(): () => void {
    const tray = new TrayDrawing({
      store: this.#services.store,
      images: join(resources, 'tray'),
      onClick: () => this.#windows.togglePopover(),
      onAct: (act) => this.#act(act).catch((error: unknown) => this.#log.warn(`${act.kind} failed`, error)),
      onWaiting: (count) => void app.setBadgeCount(count),
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
    const { signIn, releases, connect, preferences } = this.#services;
    switch (act.kind) {
      case 'open':
        return this.showPopover();
      case 'show':
        return this.showPopover(act.destination);
      case 'connect':
      case 'release': {
        const done = act.kind === 'connect' ? connect(act.grantId) : releases.byHand(act.grantId);
        return done.catch((error: unknown) => {
          this.showPopover({ page: 'grant', grantId: act.grantId });
          throw error;
        });
      }
      case 'terminals':
        return this.#windows.showTerminals();
      case 'quiet':
        preferences.change({ doNotDisturbUntil: quietUntil(act.length, Math.round(systemClock.now())) });
        return;
      case 'look-for-updates':
        return this.#services.updates.check();
      case 'restart':
        return this.#services.updates.install();
      case 'sign-in':
        this.showPopover();
        return signIn.start();
      case 'sign-out':
        return signIn.end();
      case 'quit':
        return this.#quit.request({ confirmed: false, release: false, again: false });
      default:
        return act satisfies never;
    }
  }

  async #diagnostics(): Promise<string> {
    const { electron, chrome, node } = process.versions;
    const { username, homedir } = userInfo();
    const installation = {
      ...{
        version: facts.version,
        platform: `${process.platform} ${process.arch}`,
        own: [username, homedir, hostname()],
      },
      installedFrom: (await aboutThisApp()).aboutOf(copy).installedFrom,
      versions: { electron: electron ?? '', chrome: chrome ?? '', node, system: process.getSystemVersion() },
    };
    const log = lastLines(this.#logFolder, LOG_LINES);
    return diagnosticsOf(this.#services.store.state, installation, log, systemClock.now());
  }

  dispose(): void {
    for (const end of this.#ends.splice(0).reverse()) end();
  }
}
