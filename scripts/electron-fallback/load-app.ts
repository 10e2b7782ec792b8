// The app inside the fallback runtime, doing what Electron's own default app does: load the `-r` modules, then the app
// whose path is the first plain argument. Top-level await on purpose: Electron holds `ready` back until this module has
// run, so the loaded app's own top level runs before `ready` as it would in a packaged product.
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

interface Launch {
  preloads: string[];
  appPath: string | undefined;
}

function parse(args: readonly string[]): Launch {
  const preloads: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '-r' || arg === '--require') preloads.push(args[++i] ?? '');
    else if (!arg.startsWith('-')) return { preloads, appPath: resolve(arg) };
  }
  return { preloads, appPath: undefined };
}

const { preloads, appPath } = parse(process.argv.slice(1));
if (appPath === undefined) {
  console.error('Give the path of an app: electron [switches] APP');
  process.exit(2);
}
const require = createRequire(join(appPath, 'package.json'));
for (const module of preloads) require(module);

// What Electron's default app calls, though its public types leave it out.
const identity = app as typeof app & { setVersion(version: string): void; setAppPath(path: string): void };
const about = require('./package.json') as { name?: string; productName?: string; version?: string };
Object.defineProperty(process, 'defaultApp', { configurable: false, enumerable: true, value: true });
if (about.version) identity.setVersion(about.version);
const name = about.productName ?? about.name;
if (name) {
  app.setName(name);
  app.setDesktopName(`${name}.desktop`);
}
identity.setAppPath(appPath);
await import(pathToFileURL(require.resolve(appPath)).href);
