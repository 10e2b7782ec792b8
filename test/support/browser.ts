import { watch } from 'node:fs';
import { chmod, mkdir, readdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { transformWithOxc } from 'vite';
import { launchElectron, type RunningElectron } from './launch-electron.ts';
import { Occurrences } from './occurrences.ts';

/** Where and with what a browser runs. */
export interface BrowserOptions {
  /** An Electron executable. */
  executable: string;
  /** A folder of its own: cookies, the way in for addresses, temporary files. */
  folder: string;
  /** Environment of its desktop: DISPLAY and the session bus. */
  env: Readonly<Record<string, string>>;
}

/**
 * One person's browser: a real engine with a profile of its own. Programs on the same desktop open pages in it the
 * usual way, by `xdg-open`, if they are started with `programs` first in PATH.
 */
export class SystemBrowser {
  readonly page: Page;
  /** Folder with an `xdg-open` that opens addresses here. */
  readonly programs: string;
  /** Every address that a program has opened here. */
  readonly opened: Occurrences<string>;
  readonly #running: RunningElectron;
  readonly #stopWatching: () => void;

  private constructor(fields: {
    page: Page;
    programs: string;
    opened: Occurrences<string>;
    running: RunningElectron;
    stopWatching: () => void;
  }) {
    this.page = fields.page;
    this.programs = fields.programs;
    this.opened = fields.opened;
    this.#running = fields.running;
    this.#stopWatching = fields.stopWatching;
  }

  static async start({ executable, folder, env }: BrowserOptions): Promise<SystemBrowser> {
    const [shell, programs, inbox, temp] = ['shell', 'programs', 'inbox', 'temp'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
      string,
    ];
    for (const made of [shell, programs, inbox, temp]) await mkdir(made, { recursive: true });
    await writeShell(shell);
    await writeXdgOpen(join(programs, 'xdg-open'), inbox);
    const running = await launchElectron({
      executablePath: executable,
      args: [`--user-data-dir=${join(folder, 'profile')}`, shell],
      env: { ...(process.env as Record<string, string>), ...env, TMPDIR: temp },
    });
    const page = await running.application.firstWindow();
    const opened = new Occurrences<string>('opened address');
    const stopWatching = watchInbox(inbox, (address) => {
      opened.add(address);
      // A page that cannot be loaded shows in the page itself, where the test looks.
      void page.goto(address).catch(() => undefined);
    });
    return new SystemBrowser({ page, programs, opened, running, stopWatching });
  }

  async dispose(): Promise<void> {
    this.#stopWatching();
    await this.#running.close();
  }
}

async function writeShell(folder: string): Promise<void> {
  const source = await readFile(join(import.meta.dirname, 'browser-shell/main.ts'), 'utf8');
  const { code } = await transformWithOxc(source, 'main.ts', { sourcemap: false });
  await writeFile(join(folder, 'main.js'), code);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'browser', type: 'module', main: 'main.js' }));
}

/** The address is written aside and moved in, so that whoever watches never reads half of it. */
async function writeXdgOpen(file: string, inbox: string): Promise<void> {
  await writeFile(file, `#!/bin/sh\nprintf '%s' "$1" > '${inbox}'/.$$ && mv '${inbox}'/.$$ '${inbox}'/$$.address\n`);
  await chmod(file, 0o755);
}

function watchInbox(inbox: string, arrived: (address: string) => void): () => void {
  const take = async () => {
    const names = await readdir(inbox).catch(() => []);
    for (const name of names.filter((candidate) => candidate.endsWith('.address'))) {
      const file = join(inbox, name);
      const address = await readFile(file, 'utf8').catch(() => undefined);
      // Two looks at once may find the same file; whoever deletes it has it.
      const mine = await unlink(file).then(
        () => true,
        () => false,
      );
      if (mine && address) arrived(address);
    }
  };
  const watcher = watch(inbox, () => void take());
  return () => watcher.close();
}
