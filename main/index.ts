import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import { App } from './app.ts';
import { declareAppScheme } from './app-scheme.ts';
import { LINK_SCHEME, linkAmong } from './deep-link.ts';
import { fileLog, type Log } from './log.ts';
import { DEVELOPMENT_ARGUMENT, policyPlace } from './managed/policy-place.ts';
import type { PolicySource } from './managed/policy-source.ts';
import { onShutdown } from './power.ts';
import { refusedSwitch } from './refused-switches.ts';
import { startThisAgain } from './start-again.ts';
import { HIDDEN } from './start-at-login/start-at-login.ts';
import { handOverWaits } from './updates/hand-over-waits.ts';

/** Asks the running Sallyport to do what this second start was for. */
interface SecondStart {
  readonly [key: string]: unknown;
  hidden: boolean;
  link: string | null;
}

/** Value of `--name=value`, given after the program's own arguments. */
function argument(name: string): string | undefined {
  const prefix = `--${name}=`;
  return process.argv.find((argument) => argument.startsWith(prefix))?.slice(prefix.length);
}

/** @throws Error when a packaged app is told to read it elsewhere */
function policy(): PolicySource {
  const { platform } = process;
  return policyPlace({ platform, isPackaged: app.isPackaged, file: argument(DEVELOPMENT_ARGUMENT) });
}

/** A newer version that lies ready goes first; else, and when it does not start, this one does. */
async function handOverOr(otherwise: () => void, log: Log): Promise<void> {
  const { handOverFrom } = await import('./updates/hand-over-start.ts');
  const program = { version: app.getVersion(), isPackaged: app.isPackaged, resourcesPath: process.resourcesPath };
  const outcome = await handOverFrom({
    ...{ dataFolder, log, program: { ...program, executable: process.execPath }, policy },
    keysFile: join(import.meta.dirname, '../../resources/update-keys.json'),
    // The newer version is to be the one app that runs.
    letGo: () => app.releaseSingleInstanceLock(),
  });
  if (outcome === 'stay') return otherwise();
  if (outcome === 'again') startThisAgain();
  app.exit(0);
}

function start(log: Log, hidden: boolean, link: string | undefined): void {
  let running: App | undefined;
  // In a tray app, a last window that closes ends nothing.
  app.on('window-all-closed', () => undefined);
  app.on('second-instance', (_event, _argv, _folder, data) => {
    const { hidden: unseen, link: followed } = data as SecondStart;
    if (typeof followed === 'string') running?.visit(followed);
    else if (!unseen) running?.showPopover();
  });
  // macOS tells links and the wish to quit by events. A link may come before the app is there.
  let early = link;
  app.on('open-url', (event, url) => {
    event.preventDefault();
    if (running) running.visit(url);
    else early = url;
  });
  let shuttingDown = false;
  app.on('before-quit', (event) => {
    if (!running || running.hasLeft) return;
    // To hold a shutdown of macOS up is to call it off: what is left to be told is told at the next start.
    if (shuttingDown) return running.leave();
    event.preventDefault();
    // Elsewhere only a signal or the end of the session comes this way, which must not wait for an answer.
    if (process.platform === 'darwin' && running.asksBeforeQuitting) running.quit();
    else running.leave();
  });
  app.on('activate', () => running?.showPopover());
  app.on('will-quit', () => running?.dispose());
  process.on('uncaughtException', (error) => log.warn('something failed that nobody caught', error));
  process.on('unhandledRejection', (error) => log.warn('a promise failed that nobody awaited', error));
  // Never awaited at top level: an ES module that does so keeps `ready` from ever coming.
  void app
    .whenReady()
    .then(() => {
      running = new App({ dataFolder, logFolder, log, policy: policy(), backend: argument('backend') });
      onShutdown(() => {
        shuttingDown = true;
        running?.leave();
      });
      // Linux knows it by the MimeType of our .desktop file.
      if (app.isPackaged && process.platform !== 'linux') app.setAsDefaultProtocolClient(LINK_SCHEME);
      const unseen = hidden || (process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin);
      if (early !== undefined) running.visit(early);
      else if (!unseen) running.showPopover();
    })
    .catch((error: unknown) => {
      // It would run on unseen, without window or icon, and keep every later start from being the first.
      log.warn('could not start', error);
      process.stderr.write(`Sallyport cannot start: ${error instanceof Error ? error.message : 'see its log'}\n`);
      app.exit(1);
    });
}

app.setName('Sallyport');
const dataFolder = app.getPath('userData');
const logFolder = join(dataFolder, 'logs');
const hidden = process.argv.includes(HIDDEN);
const link = linkAmong(process.argv);
const refused = app.isPackaged ? refusedSwitch((name) => app.commandLine.hasSwitch(name)) : undefined;
// Chromium would write the keys of every connection there, which somebody asked of their browser.
if (app.isPackaged) delete process.env.SSLKEYLOGFILE;
if (refused !== undefined) {
  process.stderr.write(`Sallyport does not start ${refused}.\n`);
  app.exit(1);
} else if (app.requestSingleInstanceLock({ hidden, link: link ?? null } satisfies SecondStart)) {
  declareAppScheme();
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const log = fileLog(logFolder, !app.isPackaged);
  const begin = (): void => start(log, hidden, link);
  if (handOverWaits(dataFolder)) void handOverOr(begin, log);
  else begin();
} else {
  app.exit(0);
}
