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

interface LaunchOptions {
  executablePath: string;
  /** Switches, then the path of the app, then what the app is given. */
  args: readonly string[];
  env: Record<string, string>;
  cwd?: string;
}

/** Launches an Electron app under Playwright. As root, Chromium runs only without its sandbox. */
export function launchElectron({ args, ...options }: LaunchOptions): Promise<ElectronApplication> {
  return electron.launch({ ...options, args: ['-r', LOADER, '--no-sandbox', ...args] });
}
