import { chown, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Display, startDisplay } from '../../../scripts/display.ts';
import type { Program } from '../../../scripts/processes.ts';
import { Desktop } from '../../support/desktop/desktop.ts';
import type { TrayItem } from '../../support/desktop/tray-item.ts';
import { XScreen } from '../../support/x-screen.ts';
import { startWithoutUserNamespaces } from './no-user-namespaces.ts';
import { type OrdinaryUser, TESTER } from './ordinary-user.ts';
import type { OwnProcess } from './own-processes.ts';

/** How long the app may take until its tray item is there, ms. */
const START_MS = 20_000;

/** A person's desktop: a display, a session bus with a tray and notifications, and what they start on it. */
export class UserDesktop {
  readonly desktop: Desktop;
  readonly screen: XScreen;
  readonly user: OrdinaryUser;
  readonly env: Readonly<Record<string, string>>;
  readonly #display: Display;

  private constructor(user: OrdinaryUser, desktop: Desktop, display: Display, screen: XScreen, runtime: string) {
    this.user = user;
    this.desktop = desktop;
    this.screen = screen;
    this.#display = display;
    this.env = { ...desktop.env, DISPLAY: display.name, XDG_SESSION_TYPE: 'x11', XDG_RUNTIME_DIR: runtime };
  }

  static async start(user: OrdinaryUser): Promise<UserDesktop> {
    const runtime = join(user.home, 'run');
    await mkdir(runtime, { recursive: true, mode: 0o700 });
    await chown(runtime, user.uid, user.gid);
    const display = await startDisplay();
    const desktop = await Desktop.start({ tray: true, person: TESTER });
    return new UserDesktop(user, desktop, display, await XScreen.open(display.name), runtime);
  }

  /** Runs a program of this desktop to its end. */
  run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    return this.user.run(program, args, { ...this.env, ...env });
  }

  /** Starts a program of this desktop. */
  launch(program: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): void {
    this.user.start(program, args, { ...this.env, ...env });
  }

  /** The same, as if the kernel of this machine granted no user namespaces. */
  launchWithoutUserNamespaces(program: string, args: readonly string[] = []): Promise<Program> {
    return startWithoutUserNamespaces(this.user, program, args, this.env);
  }

  /** Starts the app, or does what starts it, and waits until it is in the tray. */
  async appears(start: () => unknown): Promise<TrayItem> {
    const index = this.desktop.tray.count;
    await start();
    return this.desktop.tray.item(index, START_MS);
  }

  /** The app's main processes: those that no other process of the app has started. More than one is a second app. */
  mains(executable: string): OwnProcess[] {
    return this.appProcesses(executable).filter(({ args }) => !args.some((argument) => argument.startsWith('--type=')));
  }

  appProcesses(executable: string): OwnProcess[] {
    return this.user.processes().filter((process) => process.executable === executable);
  }

  renderers(executable: string): OwnProcess[] {
    return this.appProcesses(executable).filter(({ args }) => args.includes('--type=renderer'));
  }

  /** The app's own log. */
  async log(): Promise<string> {
    const folder = join(this.user.home, '.config/Sallyport/logs');
    const files = await readdir(folder).catch(() => []);
    return (await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))).join('');
  }

  /** Ends what runs, as a power cut does. */
  endAll(): Promise<void> {
    return this.user.endAll();
  }

  async dispose(): Promise<void> {
    await this.user.endAll();
    this.screen.dispose();
    await this.desktop.dispose();
    await this.#display.dispose();
  }
}
