import { cp, link, mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { electronRuntime } from '../electron-runtime.ts';

/** The Electron that goes into a package. */
export interface PackagedElectron {
  version: string;
  /** False for the development fallback: such a package is for tests and not for users. */
  official: boolean;
  /** Unpacked, without an app in it. Without one electron-builder fetches the official one for each platform. */
  dist?: string;
}

/** Chooses the Electron to package. `work` is a folder for what has to be laid out for electron-builder. */
export async function chooseElectron(work: string, say: (line: string) => void): Promise<PackagedElectron> {
  const { executable, version, official } = await electronRuntime(() => undefined);
  if (official) return { version, official };
  say(
    `Packaging the development fallback Electron ${version}, because the official one could not be had here: ` +
      'these packages are for testing, NOT FOR USERS.',
  );
  const dist = join(work, 'electron');
  await layOut(dirname(executable), dist);
  return { version, official, dist };
}

/** The same files without resources/, which hold the loader of the development runtime. */
async function layOut(from: string, to: string): Promise<void> {
  await mkdir(join(to, 'resources'), { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.name === 'resources') continue;
    // Only read from there; a link saves a copy of 200 MB where both lie on one disk.
    if (entry.isFile()) await link(source, target).catch(() => cp(source, target));
    else await cp(source, target, { recursive: true });
  }
}
