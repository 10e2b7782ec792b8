import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Arch, FORMATS, type Platform } from './formats.ts';

/** One finished package. Its words are those of the update feed. */
export interface Artefact {
  name: string;
  /** Absolute. */
  path: string;
  platform: Platform;
  arch: Arch;
  format: string;
  bytes: number;
  sha256: string;
}

const ARCHES: readonly [RegExp, Arch][] = [
  [/universal/, 'universal'],
  [/arm64|aarch64/, 'arm64'],
  [/x64|amd64|x86_64/, 'x64'],
];

/** The packages in a folder, sorted by name; what is no package is passed over. */
export async function readArtefacts(folder: string, platform: Platform): Promise<Artefact[]> {
  const artefacts: Artefact[] = [];
  for (const name of (await readdir(folder)).sort()) {
    const format = FORMATS.find((known) => known.platform === platform && known.ending.test(name));
    const arch = ARCHES.find(([pattern]) => pattern.test(name))?.[1];
    if (format === undefined || arch === undefined) continue;
    const path = join(folder, name);
    const { size } = await stat(path);
    artefacts.push({ name, path, platform, arch, format: format.name, bytes: size, sha256: await sha256Of(path) });
  }
  return artefacts;
}

/** Whether a package's name is of this version: 1.2.3-beta.4 is another one than 1.2.3. */
export function isOfVersion(name: string, version: string): boolean {
  return /^-(linux|mac|win)-/.test(
    name.startsWith(`Sallyport-${version}`) ? name.slice(`Sallyport-${version}`.length) : '',
  );
}

/** In the form that `sha256sum --check` reads. */
export async function writeSums(folder: string, files: readonly { name: string; sha256: string }[]): Promise<void> {
  await writeFile(join(folder, 'SHA256SUMS'), files.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join(''));
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
