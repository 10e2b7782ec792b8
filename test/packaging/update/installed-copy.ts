import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { extractFile, uncache } from '@electron/asar';
import { expect } from 'vitest';
import { type Display, startDisplay } from '../../../scripts/display.ts';
import { Desktop } from '../../support/desktop/desktop.ts';
import type { TrayItem } from '../../support/desktop/tray-item.ts';
import { removeFolder } from '../../support/folder.ts';
import { type OwnProcess, processesOf } from '../install/own-processes.ts';

/** How long a start, or a restart into another version, may take, ms. */
const START_MS = 30_000;

/** A copy of the app that a person has unpacked from its tar.gz, on a desktop of its own. Seen from outside only. */
export class InstalledCopy {
  /** The folder it lies in. */
  readonly path: string;
  readonly data: string;
  readonly desktop: Desktop;
  readonly #folder: string;
  readonly #display: Display;

  private constructor(folder: string, desktop: Desktop, display: Display) {
    this.#folder = folder;
    this.#display = display;
    this.desktop = desktop;
    this.path = join(folder, 'apps/Sallyport');
    this.data = join(folder, 'data');
  }

  static async unpack(tarball: string, settings: Record<string, unknown>): Promise<InstalledCopy> {
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-copy-'));
    const copy = new InstalledCopy(folder, await Desktop.start(), await startDisplay());
    for (const made of [copy.path, copy.data, join(folder, 'run'), join(folder, 'tmp')]) {
      await mkdir(made, { recursive: true, mode: 0o700 });
    }
    await promisify(execFile)('tar', ['-xzf', tarball, '-C', copy.path, '--strip-components=1']);
    await writeFile(join(copy.data, 'settings.json'), JSON.stringify(settings));
    return copy;
  }

  /** Starts it as the person does, and waits until it, or what it hands over to, is in the tray. */
  async start(): Promise<TrayItem> {
    return this.appears(() => {
      const { PATH = '' } = process.env;
      const folder = this.#folder;
      const places = { HOME: folder, TMPDIR: join(folder, 'tmp'), XDG_RUNTIME_DIR: join(folder, 'run') };
      // As root, Chromium runs only without its sandbox.
      const child = spawn(this.program, ['--no-sandbox', `--user-data-dir=${this.data}`, '--hidden'], {
        env: { PATH, LANG: 'C.UTF-8', ...places, ...this.desktop.env, DISPLAY: this.#display.name },
        stdio: 'ignore',
        // Not a group of the test's: what it starts when it ends is to live on.
        detached: true,
      });
      child.unref();
    });
  }

  /** Does something after which the app comes to the tray, and waits for that. */
  async appears(act: () => unknown): Promise<TrayItem> {
    const index = this.desktop.tray.count;
    await act();
    return this.desktop.tray.item(index, START_MS);
  }

  /** A folder that goes with it. */
  get temporary(): string {
    return join(this.#folder, 'tmp');
  }

  get program(): string {
    return join(this.path, 'sallyport-desktop');
  }

  /** The version in the folder. */
  get version(): string {
    const file = join(this.path, 'resources/app.asar');
    // The library remembers what lay there before.
    uncache(file);
    return JSON.parse(extractFile(file, 'package.json').toString('utf8')).version;
  }

  /** Names in the folder that the copy lies in. */
  neighbours(): Promise<string[]> {
    return readdir(join(this.path, '..'));
  }

  log(): Promise<string> {
    return readFile(join(this.data, 'logs/sallyport.log'), 'utf8').catch(() => '');
  }

  /** What the log says from now on, once it says this. */
  async says(pattern: RegExp, act: () => unknown): Promise<string> {
    const before = (await this.log()).length;
    await act();
    let said = '';
    await expect
      .poll(async () => (said = (await this.log()).slice(before)), { timeout: START_MS, interval: 20 })
      .toMatch(pattern);
    return said;
  }

  /** Main processes of this copy, whichever version. */
  mains(): OwnProcess[] {
    return this.#processes().filter(({ args }) => !args.some((argument) => argument.startsWith('--type=')));
  }

  #processes(): OwnProcess[] {
    return processesOf(process.getuid?.() ?? 0).filter(({ executable }) => executable.startsWith(`${this.#folder}/`));
  }

  /** Ends what runs of it, as a power cut does. */
  async end(): Promise<void> {
    for (let running = this.#processes(); running.length > 0; running = this.#processes()) {
      for (const { pid } of running) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // It has ended meanwhile.
        }
      }
      await setTimeout(20);
    }
  }

  async dispose(): Promise<void> {
    await this.end();
    await this.desktop.dispose();
    await this.#display.dispose();
    await removeFolder(this.#folder);
  }
}
