import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DesktopApp } from './app.ts';
import { SystemBrowser } from './browser.ts';
import { Desktop } from './desktop/desktop.ts';
import { removeFolder } from './folder.ts';

/** What a person's computer needs. */
export interface PersonOptions {
  /** An Electron executable. */
  executable: string;
  /** DISPLAY to draw on; people may share one. */
  display: string;
  /** Origin of the backend that their app is set to; '' for a first run, where none is chosen. */
  backend: string;
  /** The app to run, where it is not the built one of this repository. */
  app?: string;
  /** More environment for the app, such as where suspend is told. */
  env?: Readonly<Record<string, string>>;
  /** More arguments for the app, such as `--hidden`. */
  args?: readonly string[];
}

/** Somebody at a computer of their own: a desktop, a browser, and the app. */
export class Person {
  readonly name: string;
  readonly desktop: Desktop;
  readonly browser: SystemBrowser;
  /** The app as it runs now: another one after `startAgain()`. */
  app: DesktopApp;
  /** Everything that their programs write lies in here. */
  readonly folder: string;
  readonly #launch: () => Promise<DesktopApp>;

  private constructor(
    name: string,
    folder: string,
    desktop: Desktop,
    browser: SystemBrowser,
    app: DesktopApp,
    launch: () => Promise<DesktopApp>,
  ) {
    this.name = name;
    this.folder = folder;
    this.desktop = desktop;
    this.browser = browser;
    this.app = app;
    this.#launch = launch;
  }

  /** Switches the computer on and starts the app. @param name as the demo's identity provider shows it */
  static async start(name: string, options: PersonOptions): Promise<Person> {
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-'));
    const [appFolder, browserFolder] = [join(folder, 'app'), join(folder, 'browser')];
    await mkdir(appFolder);
    const { executable, display, backend, app: archive, args = [] } = options;
    const desktop = await Desktop.start();
    const env = { DISPLAY: display, ...desktop.env, ...options.env };
    const browser = await SystemBrowser.start({ executable, folder: browserFolder, env });
    const { programs } = browser;
    const launch = () =>
      DesktopApp.launch({
        ...{ executable, folder: appFolder, env, programs, app: archive },
        args: [...(backend === '' ? [] : [`--backend=${backend}`]), ...args],
      });
    return new Person(name, folder, desktop, browser, await launch(), launch);
  }

  /** Signs in as anybody does: by the button in the app, then on the provider's page in the browser. */
  async signIn(): Promise<void> {
    const popover = await this.app.window('popover');
    await popover.getByRole('button', { name: 'Sign in with your browser' }).click();
    await this.browser.page.getByRole('button', { name: `Sign in as ${this.name}` }).click();
    await popover.getByRole('navigation', { name: 'Pages' }).waitFor();
  }

  /** Starts the app again on the same profile, after it was quit or killed. */
  async startAgain(): Promise<void> {
    this.app = await this.#launch();
  }

  /** Switches everything off and deletes what is left. */
  async dispose(): Promise<void> {
    await this.app.dispose();
    await this.browser.dispose();
    await this.desktop.dispose();
    await removeFolder(this.folder);
  }
}
