import { cp, lstat, readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, sep } from 'node:path';
import { ROOT } from '../../folders.ts';
import { type LockedPackage, nameAt, SERVERS } from './locked-packages.ts';

/** Needed to compile the native parts of others, never to run. */
const TO_BUILD = new Set(['nan', 'buildcheck']);
/** Nothing but a compiled part. */
const NATIVE = new Set(['cpu-features']);
/** What a package publishes and nothing of it runs: types, sources of what is compiled, tests, papers. */
const NOT_RUN = {
  endings: [
    '.ts',
    '.mts',
    '.cts',
    '.tsx',
    '.map',
    '.flow',
    '.md',
    '.markdown',
    '.c',
    '.cc',
    '.cpp',
    '.h',
    '.gyp',
    '.gypi',
    '.a',
    '.o',
    '.d',
    '.exe',
    '.html',
    '.css',
    '.sh',
    '.ico',
    '.mk',
    '.tsbuildinfo',
    '.yml',
  ],
  /** Folders at the top of a package. */
  folders: [
    'test',
    'tests',
    '__tests__',
    'docs',
    'example',
    'examples',
    'benchmark',
    'benchmarks',
    'bench',
    '.github',
    '.vscode',
    'coverage',
    'deps',
    'scripts',
  ],
};
const COMPILED = /(^|\/)build\/Release\//;
/** A licence stays, whatever it ends with. */
const LEGAL = /^(licen[cs]e|copying|notice|copyright|authors)/i;
/** Of the server's extensions, what `initdb` and the replication of the server's own core load. */
const SERVER_LIBRARIES = /^(plpgsql|dict_snowball|libpqwalreceiver|pgoutput|.*_and_.*|euc2004_sjis2004)\.so$/;
const SERVER_EXTENSIONS = /^plpgsql/;

/** `here`: what runs on this platform, compiled parts too. `anywhere`: what is the same on every platform. */
export type For = 'here' | 'anywhere';

/**
 * Copies the packages that run from the repository's node_modules into a folder, without what is never run.
 * @returns the places of what was copied
 */
export async function copyModules(
  locked: ReadonlyMap<string, LockedPackage>,
  into: string,
  platform: For,
): Promise<string[]> {
  const copied: string[] = [];
  for (const [place, entry] of locked) {
    const name = nameAt(place);
    if (TO_BUILD.has(name) || !isForHere(entry)) continue;
    if (platform === 'anywhere' && (entry.os || entry.cpu || NATIVE.has(name))) continue;
    const from = join(ROOT, place);
    if (!(await stat(from).catch(() => undefined))) {
      if (entry.optional) continue;
      throw new Error(`${place} is not installed: run npm ci.`);
    }
    const isServer = name.startsWith(SERVERS);
    const keep = isServer ? keepOfServer : keepOfPackage;
    await checkVersion(from, place, entry.version);
    await cp(from, join(into, place), {
      recursive: true,
      verbatimSymlinks: true,
      filter: async (path) => {
        const inside = relative(from, path);
        if (inside === '') return true;
        // A nested package is a place of its own.
        if (basename(path) === 'node_modules' && dirname(path) === from) return false;
        if (platform === 'anywhere' && path.endsWith('.node')) return false;
        return keep(inside, await lstat(path));
      },
    });
    if (isServer) await linkServer(join(into, place, 'native'));
    copied.push(place);
  }
  await dropEmptyFolders(into);
  return copied;
}

function isForHere({ os, cpu }: LockedPackage): boolean {
  const allows = (list: unknown, value: string) => !Array.isArray(list) || list.includes(value);
  return allows(os, process.platform) && allows(cpu, process.arch);
}

async function checkVersion(folder: string, place: string, version: string): Promise<void> {
  const installed = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string };
  if (installed.version !== version)
    throw new Error(`${place} is ${installed.version} and package-lock.json says ${version}: run npm ci.`);
}

interface Kind {
  isDirectory(): boolean;
}

function keepOfPackage(path: string, kind: Kind): boolean {
  const [top = ''] = path.split(sep);
  const name = basename(path);
  if (LEGAL.test(name) && !kind.isDirectory()) return true;
  // Compiled here by npm: the library is all that runs.
  if (COMPILED.test(path))
    return kind.isDirectory() ? name !== 'obj.target' && name !== '.deps' : name.endsWith('.node');
  if (NOT_RUN.folders.includes(top)) return false;
  return kind.isDirectory() || (!NOT_RUN.endings.includes(extname(name)) && !/^\.|\.test\.[cm]?js$/.test(name));
}

function keepOfServer(path: string, kind: Kind): boolean {
  const [top, where, , ...deeper] = path.split(sep);
  const name = basename(path);
  if (top === 'scripts' || name.endsWith('.d.ts')) return false;
  if (top !== 'native' || kind.isDirectory()) return name !== 'pgxs' && name !== 'pkgconfig';
  if (name.endsWith('.a')) return false;
  if (where === 'lib' && deeper.length === 1) return SERVER_LIBRARIES.test(name);
  if (deeper[0] === 'extension') return SERVER_EXTENSIONS.test(name);
  return true;
}

/** The links that the server's package asks for, since the folder cannot be written to where it is installed. */
async function linkServer(native: string): Promise<void> {
  const list = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of list) {
    const path = join(native, target.replace(/^native\//, ''));
    await rm(path, { force: true });
    await symlink(basename(source), path);
  }
}

async function dropEmptyFolders(folder: string): Promise<boolean> {
  const entries = await readdir(folder, { withFileTypes: true });
  let left = 0;
  for (const entry of entries) {
    const gone = entry.isDirectory() && (await dropEmptyFolders(join(folder, entry.name)));
    if (!gone) left++;
  }
  if (left === 0) await rm(folder, { recursive: true });
  return left === 0;
}
