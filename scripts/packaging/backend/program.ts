import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';
import { ROOT } from '../../folders.ts';
import { type LockedPackage, lockedPackages } from './locked-packages.ts';

const DEMO = join(ROOT, 'backend/cli/demo.ts');
const LEFT_OUT = join(ROOT, 'scripts/packaging/backend/left-out-demo.ts');
const MANIFEST = join(ROOT, 'backend/package.json');

/** The backend as it goes into every package. */
export interface Program {
  version: string;
  /** `index.js` and its chunks. */
  folder: string;
  engines: { node: string };
  /** The packages that it asks for itself. */
  asked: readonly string[];
  /** Those and all that they need, by their places. */
  locked: ReadonlyMap<string, LockedPackage>;
}

/** Bundles the backend and finds what it needs to run. */
export async function makeProgram(folder: string, version: string): Promise<Program> {
  const asked = await bundle(folder, version);
  const { engines } = JSON.parse(await readFile(MANIFEST, 'utf8')) as { engines: { node: string } };
  return { version, folder, engines, asked, locked: await lockedPackages(asked) };
}

/**
 * Bundles the backend into a folder as `index.js` and its chunks, without the demo and without source maps. Packages
 * stay packages: they are looked for in `node_modules` of the folders above.
 * @returns the names of the packages that it asks for while it runs
 */
async function bundle(into: string, version: string): Promise<string[]> {
  const build = await rolldown({
    input: join(ROOT, 'backend/index.ts'),
    platform: 'node',
    external: (id, _importer, isResolved) => !isResolved && /^[^./]/.test(id) && !isAbsolute(id),
    plugins: [packaged(version)],
    logLevel: 'warn',
  });
  try {
    const { output } = await build.write({
      dir: into,
      format: 'esm',
      entryFileNames: 'index.js',
      banner: (chunk) => (chunk.isEntry ? '#!/usr/bin/env node' : ''),
    });
    const asked = output.flatMap((part) => (part.type === 'chunk' ? [...part.imports, ...part.dynamicImports] : []));
    return [...new Set(asked.filter((id) => !id.startsWith('node:') && !id.endsWith('.js')).map(packageOf))].sort();
  } finally {
    await build.close();
  }
}

function packaged(version: string): Plugin {
  return {
    name: 'packaged-backend',
    async resolveId(source, importer) {
      const found = await this.resolve(source, importer, { skipSelf: true });
      return found?.id === DEMO ? LEFT_OUT : null;
    },
    async load(id) {
      if (id !== MANIFEST) return null;
      return JSON.stringify({ ...JSON.parse(await readFile(MANIFEST, 'utf8')), version });
    },
  };
}

/** `pg/lib/x` is of the package `pg`, `@a/b/c` of `@a/b`. */
function packageOf(id: string): string {
  return id
    .split('/')
    .slice(0, id.startsWith('@') ? 2 : 1)
    .join('/');
}
