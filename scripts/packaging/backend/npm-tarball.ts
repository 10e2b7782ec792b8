import { chmod, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ROOT } from '../../folders.ts';
import { fixFiles, tarOf } from './fixed-files.ts';
import { copyModules } from './installed-modules.ts';
import { nameAt, SERVERS } from './locked-packages.ts';
import { writePapers } from './papers.ts';
import type { Program } from './program.ts';

export const NAME = 'sallyport-backend';

/** Makes the package that `npm install -g` takes. @param epoch seconds since 1970, the time of every file in it */
export async function buildTarball(program: Program, work: string, into: string, epoch: number): Promise<void> {
  const folder = join(work, 'package');
  await mkdir(folder);
  await cp(program.folder, join(folder, 'program'), { recursive: true });
  const bundled = await copyModules(program.locked, folder, 'anywhere');
  await writeNpmManifest(folder, program, bundled);
  await cp(join(ROOT, 'README.md'), join(folder, 'README.md'));
  await writePapers(folder, { program, places: bundled, runtimes: false, epoch });
  await fixFiles(folder, epoch);
  const archive = join(work, 'package.tar');
  await tarOf(work, ['package'], archive, epoch);
  await writeFile(into, gzipSync(await readFile(archive), { level: 9 }));
}

/**
 * Makes a folder with `program/` and `node_modules/` into a package. The packages that run lie inside it, since npm
 * looks at a shrinkwrap only of what comes from a registry: what is installed is what was tested.
 */
async function writeNpmManifest(folder: string, program: Program, bundled: readonly string[]): Promise<void> {
  const { version, locked, engines } = program;
  const exact = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, versionOf(locked, name)] as const));
  // npm takes the one that fits the platform.
  const servers = [...locked.keys()].map(nameAt).filter((name) => name.startsWith(SERVERS));
  const manifest = {
    name: NAME,
    version,
    description: 'The Sallyport org backend: policy, approvals, SSH CA, gateway, audit',
    license: 'MIT',
    author: 'Sallyport <team@sallyport.dev>',
    type: 'module',
    bin: { sallyport: 'program/index.js' },
    engines,
    dependencies: exact(program.asked),
    optionalDependencies: exact(servers),
    bundleDependencies: bundled.filter((place) => place.split('node_modules/').length === 2).map(nameAt),
  };
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await chmod(join(folder, 'program/index.js'), 0o755);
}

function versionOf(locked: Program['locked'], name: string): string {
  const entry = locked.get(`node_modules/${name}`);
  if (entry) return entry.version;
  throw new Error(`${name} is not in package-lock.json: run npm install.`);
}
