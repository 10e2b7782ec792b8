import type { ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type ElectronApplication, _electron as electron } from '@playwright/test';

/**
 * Playwright's own loader: it holds the app's `ready` back until Playwright listens. Without it an app may open its first
 * window in the moment of connecting; Playwright then waits for that window for ever.
 */
const LOADER = join(
  dirname(createRequire(import.meta.url).resolve('playwright-core/package.json')),
  'lib/server/electron/loader.js',
);

/** How long an app may take to quit by itself, ms. */
const QUIT_MS = 5_000;

interface LaunchOptions {
  executablePath: string;
  /** Switches, then the path of the app, then what the app is given. */
  args: readonly string[];
  env: Record<string, string>;
  cwd?: string;
}

/** An Electron app under Playwright. */
export interface RunningElectron {
  readonly application: ElectronApplication;
  /** Its main process, which Playwright does not tell any more once it has ended. */
  readonly child: ChildProcess;
  /** Quits it as its own menu would, and sees to it that its process has ended. */
  close(): Promise<void>;
  /** Ends it as a power cut does. */
  kill(): Promise<void>;
}

/** Launches an Electron app under Playwright. As root, Chromium runs only without its sandbox. */
export async function launchElectron({ args, ...options }: LaunchOptions): Promise<RunningElectron> {
  const application = await electron.launch({ ...options, args: ['-r', LOADER, '--no-sandbox', ...args] });
  const child = application.process();
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const isEnded = () => child.exitCode !== null || child.signalCode !== null;
  return {
    application,
    child,
    async close() {
      if (isEnded()) return;
      const kill = setTimeout(() => child.kill('SIGKILL'), QUIT_MS);
      // Playwright also waits until nobody holds the app's output any more, which a program it started may do for long.
      await Promise.race([application.close().catch(() => undefined), ended]);
      await ended;
      clearTimeout(kill);
    },
    async kill() {
      if (isEnded()) return;
      child.kill('SIGKILL');
      await ended;
    },
  };
}
