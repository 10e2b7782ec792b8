import type { ChildProcess } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ElectronApplication, Page } from '@playwright/test';
import { ROOT } from '../../scripts/folders.ts';
import { launchElectron, type RunningElectron } from './launch-electron.ts';

/** Where and with what an app runs. */
export interface AppOptions {
  /** An Electron executable. */
  executable: string;
  /** A folder of its own: profile, home, temporary files. One used before is the same installation, started again. */
  folder: string;
  /** Environment of its desktop: DISPLAY, the session bus, where suspend is told. */
  env: Readonly<Record<string, string>>;
  /** Folder with the `xdg-open` of the person's browser. */
  programs?: string;
  /** The app to run: the built one of this repository, or a packed one. */
  app?: string | undefined;
  /** More arguments, such as `--backend=…` or `--hidden`. */
  args?: readonly string[];
}

/** What a window of the app is for, as its address says. */
export type WindowName = 'popover' | 'terminal';

/** The built app, running as an installed one would, in folders of its own. */
export class DesktopApp {
  readonly electron: ElectronApplication;
  /** Its main process. */
  readonly process: ChildProcess;
  /** Everything the app can write lies in these: its profile, its home and its temporary files. */
  readonly folders: { readonly profile: string; readonly home: string; readonly temp: string };
  readonly #running: RunningElectron;
  #log = '';

  private constructor(running: RunningElectron, folders: DesktopApp['folders']) {
    this.electron = running.application;
    this.process = running.child;
    this.#running = running;
    this.folders = folders;
    for (const stream of [running.child.stdout, running.child.stderr]) {
      stream?.on('data', (bytes: Buffer) => {
        this.#log += bytes.toString();
      });
    }
  }

  static async launch(options: AppOptions): Promise<DesktopApp> {
    const { folder, env, programs } = options;
    // Short names: the path of a Unix socket holds 107 bytes.
    const folders = { profile: join(folder, 'profile'), home: join(folder, 'home'), temp: join(folder, 'tmp') };
    const runtime = join(folder, 'run');
    for (const made of [...Object.values(folders), runtime]) await mkdir(made, { recursive: true, mode: 0o700 });
    const { PATH = '', LANG = 'C.UTF-8' } = process.env;
    const running = await launchElectron({
      executablePath: options.executable,
      args: [`--user-data-dir=${folders.profile}`, options.app ?? ROOT, ...(options.args ?? [])],
      cwd: folders.home,
      env: {
        PATH: programs === undefined ? PATH : `${programs}:${PATH}`,
        LANG,
        HOME: folders.home,
        TMPDIR: folders.temp,
        XDG_RUNTIME_DIR: runtime,
        XDG_SESSION_TYPE: 'x11',
        ...env,
      },
    });
    return new DesktopApp(running, folders);
  }

  /** A window of the app, once it is there; it may be hidden. */
  async window(name: WindowName, timeoutMs = 10_000): Promise<Page> {
    // A new window has no address yet; it gets one a moment later.
    const arrives = (page: Page) =>
      page.waitForURL((url) => url.hash === `#${name}`, { timeout: timeoutMs, waitUntil: 'commit' }).then(() => page);
    let stop = () => {};
    const opened = new Promise<Page>((resolve, reject) => {
      const listener = (page: Page) => void arrives(page).then(resolve, () => undefined);
      this.electron.on('window', listener);
      const timeout = setTimeout(() => reject(new Error(`No window "${name}" within ${timeoutMs} ms.`)), timeoutMs);
      stop = () => {
        clearTimeout(timeout);
        this.electron.off('window', listener);
      };
    });
    return Promise.any([opened, ...this.electron.windows().map(arrives)]).finally(stop);
  }

  /** What the app has written to its output so far. */
  log(): string {
    return this.#log;
  }

  /** Quits it as its own menu would. */
  dispose(): Promise<void> {
    return this.#running.close();
  }

  /** Ends it as a power cut does. */
  kill(): Promise<void> {
    return this.#running.kill();
  }
}
