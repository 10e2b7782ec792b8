import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import { App } from './app.ts';
import { declareAppScheme } from './app-scheme.ts';
import { fileLog } from './log.ts';

/** Asks the running Sallyport to do what this second start was for. */
interface SecondStart {
  readonly [key: string]: unknown;
  hidden: boolean;
}

/** Value of `--name=value`, given after the program's own arguments. */
function argument(name: string): string | undefined {
  const prefix = `--${name}=`;
  return process.argv.find((argument) => argument.startsWith(prefix))?.slice(prefix.length);
}

/** Remote debugging would hand every window to any local program. Playwright needs it, so only development has it. */
function debuggerAsked(): boolean {
  return ['remote-debugging-port', 'remote-debugging-pipe'].some((name) => app.commandLine.hasSwitch(name));
}

function start(hidden: boolean): void {
  const dataFolder = app.getPath('userData');
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const logFolder = join(dataFolder, 'logs');
  const log = fileLog(logFolder, !app.isPackaged);
  let running: App | undefined;
  // In a tray app, a last window that closes ends nothing.
  app.on('window-all-closed', () => undefined);
  app.on('second-instance', (_event, _argv, _folder, data) => {
    if (!(data as SecondStart).hidden) running?.showPopover();
  });
  app.on('activate', () => running?.showPopover());
  app.on('will-quit', () => running?.dispose());
  process.on('uncaughtException', (error) => log.warn('something failed that nobody caught', error));
  process.on('unhandledRejection', (error) => log.warn('a promise failed that nobody awaited', error));
  // Never awaited at top level: an ES module that does so keeps `ready` from ever coming.
  void app
    .whenReady()
    .then(() => {
      running = new App({ dataFolder, logFolder, log, backend: argument('backend') });
      if (!hidden) running.showPopover();
    })
    .catch((error: unknown) => {
      // It would run on unseen, without window or icon, and keep every later start from being the first.
      log.warn('could not start', error);
      process.stderr.write(`Sallyport cannot start: ${error instanceof Error ? error.message : 'see its log'}\n`);
      app.exit(1);
    });
}

app.setName('Sallyport');
const hidden = process.argv.includes('--hidden');
if (app.isPackaged && debuggerAsked()) {
  process.stderr.write(
    'Sallyport does not start with remote debugging: it would open every window to other programs.\n',
  );
  app.exit(1);
} else if (app.requestSingleInstanceLock({ hidden } satisfies SecondStart)) {
  declareAppScheme();
  start(hidden);
} else {
  app.exit(0);
}
