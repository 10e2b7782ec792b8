// Which Electron runs the app here: the official one where it can be had, else the development fallback.

import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runAsCommand } from './command.ts';
import { FALLBACK_VERSION, fallbackElectron, fallbackFits } from './electron-fallback/make.ts';
import { cacheFolder } from './folders.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** A download that brings no byte for this long is given up. */
const STALL_MS = 8_000;

/** An Electron that can be started. `official` is false for the development fallback. */
export interface ElectronRuntime {
  executable: string;
  version: string;
  official: boolean;
}

const electronFolder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
const official = (JSON.parse(readFileSync(join(electronFolder, 'package.json'), 'utf8')) as { version: string })
  .version;

/** Finds or makes the Electron to use; `say` is told what a person should know. Throws with one sentence. */
export async function electronRuntime(say: (line: string) => void = console.error): Promise<ElectronRuntime> {
  const installed = installedElectron() ?? (await fetchOfficial(say));
  if (installed !== undefined) return { executable: installed, version: official, official: true };
  if (!fallbackFits) {
    throw new Error(
      `Electron ${official} could not be downloaded, and there is no fallback for ${process.platform} ${process.arch}: ` +
        'connect to its download server (or set ELECTRON_MIRROR) and run this again.',
    );
  }
  say(
    `Electron ${official} could not be had here; using the development fallback ${FALLBACK_VERSION}, ` +
      'never packaged for users.',
  );
  return { executable: await fallbackElectron(say), version: FALLBACK_VERSION, official: false };
}

/** The official executable if the package's own installer has put it there whole (it writes path.txt last). */
function installedElectron(): string | undefined {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const pathFile = join(electronFolder, 'path.txt');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : undefined;
  if (override) {
    const executable = join(override, name ?? 'electron');
    if (!existsSync(executable)) throw new Error(`ELECTRON_OVERRIDE_DIST_PATH has no executable ${executable}.`);
    return executable;
  }
  if (name === undefined) return undefined;
  const executable = join(electronFolder, 'dist', name);
  return existsSync(executable) ? executable : undefined;
}

/** Runs the package's own installer. A failure is remembered for a day, so that it costs no time at each start. */
async function fetchOfficial(say: (line: string) => void): Promise<string | undefined> {
  const failed = join(cacheFolder(), `electron-${official}-not-reachable`);
  const age = await stat(failed).then(
    (found) => Date.now() - found.mtimeMs,
    () => Number.POSITIVE_INFINITY,
  );
  if (age < DAY_MS) return undefined;
  say(`Fetching Electron ${official}.`);
  const temp = await mkdtemp(join(tmpdir(), 'sallyport-electron-'));
  try {
    await install(temp);
  } finally {
    await rm(temp, { recursive: true, force: true });
  }
  const executable = installedElectron();
  if (executable !== undefined) await rm(failed, { force: true });
  else {
    await mkdir(cacheFolder(), { recursive: true });
    await writeFile(failed, 'Delete this file to try the download again now.\n');
  }
  return executable;
}

/** The download is slow where it works, so it is not timed but watched: it ends when its folder stops growing. */
async function install(temp: string): Promise<void> {
  const child = spawn(process.execPath, [join(electronFolder, 'install.js')], {
    env: { ...process.env, TMPDIR: temp, TEMP: temp },
    stdio: 'ignore',
  });
  let bytes = -1;
  const watch = setInterval(async () => {
    const now = await sizeOf(temp);
    // The extraction that follows a finished download writes elsewhere; it has no need to be watched.
    if (now === bytes && bytes < 50_000_000) child.kill('SIGKILL');
    bytes = now;
  }, STALL_MS);
  await new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
  clearInterval(watch);
}

async function sizeOf(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = files.filter((file) => file.isFile()).map((file) => stat(join(file.parentPath, file.name)));
  const known = await Promise.allSettled(sizes);
  return known.reduce((sum, size) => sum + (size.status === 'fulfilled' ? size.value.size : 0), 0);
}

await runAsCommand(import.meta, async () => console.log((await electronRuntime()).executable));
