import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, lstat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { AppError } from '../../../protocol/errors.ts';
import { mayConnectIn, terminalRefused } from '../../managed/in-force.ts';
import type { DesktopWords, NativePlatform, TerminalProgram } from './terminal-program.ts';

/** How long the desktop's settings may take to answer, ms. */
const SETTINGS_MS = 1_000;

/** A terminal that is here. */
export interface InstalledTerminal {
  readonly program: TerminalProgram;
  /** Absolute path. */
  readonly path: string;
}

/** Looks for what a platform's file names, on this computer, in this environment; each time anew. */
export class Installed {
  readonly #platform: NativePlatform;
  readonly #env: NodeJS.ProcessEnv;

  constructor(platform: NativePlatform, env: NodeJS.ProcessEnv) {
    this.#platform = platform;
    this.#env = env;
  }

  /** Every terminal that is here, in the order of the platform's file. */
  async terminals(): Promise<InstalledTerminal[]> {
    const found = await Promise.all(
      this.#platform.programs.map(async (program) => ({ program, path: await this.#find(program.places) })),
    );
    return found.filter((terminal): terminal is InstalledTerminal => terminal.path !== undefined);
  }

  /**
   * The terminal to use. @param id '' is the desktop's own @param allowed ids that the organisation lets us open, null: all
   * @throws AppError 'not-found' or 'not-allowed' that says what to do
   */
  async terminal(id: string, allowed: readonly string[] | null = null): Promise<InstalledTerminal> {
    if (id !== '' && !mayConnectIn(allowed, id)) throw terminalRefused(allowed ?? []);
    const here = (await this.terminals()).filter(({ program }) => mayConnectIn(allowed, program.id));
    const byId = (wanted: string) => here.find(({ program }) => program.id === wanted);
    if (id !== '') {
      const chosen = byId(id);
      if (chosen) return chosen;
      const name = this.#platform.programs.find((program) => program.id === id)?.name;
      throw new AppError('not-found', `${name ?? 'The chosen terminal'} is not installed. Choose another in Settings.`);
    }
    for (const wanted of this.#platform.preferred(await this.#desktop())) {
      const found = byId(wanted);
      if (found) return found;
    }
    // Whichever the desktop prefers, it is not one of these.
    if (allowed !== null) {
      if (here[0]) return here[0];
      throw terminalRefused(allowed);
    }
    throw new AppError('not-found', 'No terminal was found here. Install one, or connect in the built-in terminal.');
  }

  /** Absolute path of OpenSSH's client. @throws AppError 'not-found' that says what to do */
  async ssh(): Promise<string> {
    const path = await this.#find(this.#platform.ssh);
    if (path === undefined) throw new AppError('not-found', this.#platform.sshMissing);
    return path;
  }

  async #desktop(): Promise<DesktopWords> {
    const names = this.#env.XDG_CURRENT_DESKTOP ?? '';
    const gsettings = /gnome|unity/i.test(names) ? await this.#find(['gsettings']) : undefined;
    return { names, terminal: gsettings === undefined ? '' : await namedBySettings(gsettings, this.#env) };
  }

  async #find(places: readonly string[]): Promise<string | undefined> {
    for (const place of places) {
      for (const path of this.#paths(place)) if (await isThere(path)) return path;
    }
    return undefined;
  }

  /** Where a place of a platform's file may be on this computer. */
  #paths(place: string): string[] {
    const path = place
      .replace(/^~(?=\/)/, this.#env.HOME ?? '')
      .replace(/%(\w+)%/g, (_, name: string) => this.#env[name] ?? '');
    if (/[/\\]/.test(path)) return isAbsolute(path) ? [path] : [];
    // A relative folder in PATH means another program in each folder: it is passed over.
    return (this.#env.PATH ?? '')
      .split(delimiter)
      .filter(isAbsolute)
      .map((folder) => join(folder, path));
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    // Windows Terminal is a link that only the system can follow: it can be seen and started, not opened.
    if (process.platform === 'win32') await lstat(path);
    else await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** "gnome-terminal" of GNOME's setting, or '' when it cannot be read. */
function namedBySettings(gsettings: string, env: NodeJS.ProcessEnv): Promise<string> {
  const args = ['get', 'org.gnome.desktop.default-applications.terminal', 'exec'];
  return new Promise((resolve) => {
    execFile(gsettings, args, { env, timeout: SETTINGS_MS }, (error, stdout) => {
      const name = /^'(?:[^'\s]*\/)?([\w.-]+)'$/.exec(stdout.trim())?.[1];
      resolve(error ? '' : (name ?? ''));
    });
  });
}
