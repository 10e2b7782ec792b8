// Builds what runs: the app (out/main, out/preload, out/renderer) and the backend (out/backend). Each is built aside and
// moved into place whole, and only when something it is made from has changed.

import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { runAsCommand } from './command.ts';
import { ROOT } from './folders.ts';

const OUT = join(ROOT, 'out');

type PartName = 'app' | 'backend';

interface Part {
  name: PartName;
  /** What it is made from: files and folders under the root. */
  from: readonly string[];
  /** The folders under out/ that it fills. */
  makes: readonly string[];
  make(into: string): Promise<void>;
}

const PARTS: readonly Part[] = [
  {
    name: 'app',
    from: [
      'main',
      'preload',
      'renderer',
      'protocol',
      'package.json',
      'package-lock.json',
      'electron.vite.config.ts',
      'scripts/build.ts',
      'scripts/bundled-packages.ts',
      'scripts/named-imports.ts',
      'scripts/page-build.ts',
    ],
    makes: ['main', 'preload', 'renderer'],
    async make(into) {
      // The version is for choosing defaults only; our own targets are in the configuration.
      process.env.ELECTRON_MAJOR_VER ??= '33';
      const { build } = await import('electron-vite');
      await build({
        root: ROOT,
        configFile: join(ROOT, 'electron.vite.config.ts'),
        logLevel: 'warn',
        build: { outDir: into, emptyOutDir: true },
      });
    },
  },
  {
    name: 'backend',
    from: ['backend', 'protocol', 'package-lock.json', 'scripts/build.ts'],
    makes: ['backend'],
    async make(into) {
      const { build } = await import('rolldown');
      await build({
        input: join(ROOT, 'backend/index.ts'),
        platform: 'node',
        // Packages stay packages: they are found in node_modules beside the bundle's own folder.
        external: (id, _importer, isResolved) => !isResolved && /^[^./]/.test(id) && !isAbsolute(id),
        logLevel: 'warn',
        output: { dir: join(into, 'backend'), format: 'esm', sourcemap: true, entryFileNames: 'index.js' },
      });
    },
  },
];

/**
 * Builds every part whose sources have changed since it was last built, or only those that are named. Returns the names of
 * those it built.
 */
export async function buildAll(
  say: (line: string) => void = console.error,
  named: readonly PartName[] = ['app', 'backend'],
): Promise<PartName[]> {
  await mkdir(OUT, { recursive: true });
  const built: PartName[] = [];
  for (const part of PARTS.filter(({ name }) => named.includes(name))) {
    const stamp = await hashOf(part.from);
    const stampFile = join(OUT, `.${part.name}-built-from`);
    if ((await readFile(stampFile, 'utf8').catch(() => '')) === stamp && (await areThere(part.makes))) continue;
    const started = performance.now();
    const work = await mkdtemp(join(OUT, `.building-${part.name}-`));
    // Vite sets NODE_ENV=production for the whole process; the demo that is started next refuses to run with that.
    const { NODE_ENV: before } = process.env;
    // Ctrl-C in the middle of a build leaves nothing half made.
    const clear = () => rmSync(work, { recursive: true, force: true });
    process.once('exit', clear);
    try {
      await part.make(work);
      for (const folder of part.makes)
        await moveInto(join(work, folder), join(OUT, folder), join(work, `old-${folder}`));
      await writeFile(stampFile, stamp);
    } finally {
      if (before === undefined) delete process.env.NODE_ENV;
      else process.env.NODE_ENV = before;
      clear();
      process.off('exit', clear);
    }
    say(`Built ${part.name} in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
    built.push(part.name);
  }
  return built;
}

async function areThere(folders: readonly string[]): Promise<boolean> {
  const found = await readdir(OUT);
  return folders.every((folder) => found.includes(folder));
}

/** Puts a finished folder in place of the old one. Another build may do the same at this moment: the last one stays. */
async function moveInto(from: string, to: string, aside: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await rename(to, `${aside}-${attempt}`).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    try {
      return await rename(from, to);
    } catch (error) {
      if (attempt === 5 || !['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
}

/** What tells whether anything in these files and folders under the root has changed. */
export async function hashOf(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of await filesOf(path)) {
      hash.update(`${file}\0`);
      hash.update(await readFile(join(ROOT, file)).catch(() => ''));
    }
  }
  return hash.digest('hex');
}

async function filesOf(path: string): Promise<string[]> {
  const entries = await readdir(join(ROOT, path), { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return [path];
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files
    .filter((file) => !file.includes('node_modules'))
    .map((file) => file.slice(ROOT.length + 1))
    .sort();
}

await runAsCommand(import.meta, async () => {
  const built = await buildAll();
  if (built.length === 0) console.error('Nothing has changed since the last build.');
});
