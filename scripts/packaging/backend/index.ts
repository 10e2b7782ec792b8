import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Of } from '../artefacts.ts';
import { buildDeb, type Compression, layOutTree } from './deb.ts';
import { debianVersion } from './deb-control.ts';
import { buildTarball, NAME } from './npm-tarball.ts';
import { buildImage } from './oci.ts';
import { makeProgram } from './program.ts';

/** `oci` needs mmdebstrap and a Debian mirror, so it is made only when it is asked for. */
export const TARGETS = ['npm', 'deb', 'oci'] as const;
export type BackendTarget = (typeof TARGETS)[number];

/**
 * What a machine makes when nothing is said. Archives need GNU tar, which only Linux has by that name; the deb holds
 * programs for Linux on x64.
 */
export function usualTargets(platform = process.platform, arch = process.arch): BackendTarget[] {
  if (platform !== 'linux') return [];
  return arch === 'x64' ? ['npm', 'deb'] : ['npm'];
}

/** One finished package. */
export interface BackendArtefact {
  name: string;
  /** Absolute. */
  path: string;
  format: BackendTarget;
  bytes: number;
  sha256: string;
}

export interface BackendPackaging {
  /** Of the packages, and what the program says of itself. */
  version: string;
  /** Seconds since 1970: the time of every file (SOURCE_DATE_EPOCH). */
  epoch: number;
  targets: readonly BackendTarget[];
  compression: Compression;
  /** Folder for what is made. */
  into: string;
}

/** Makes the backend's packages for this platform. In the order of the targets, with their sums in SHA256SUMS-backend. */
export async function packageBackend(options: BackendPackaging): Promise<BackendArtefact[]> {
  const { version, epoch, into, compression } = options;
  const work = await mkdtemp(join(tmpdir(), 'sallyport-backend-package-'));
  try {
    await mkdir(into, { recursive: true });
    const program = await makeProgram(join(work, 'program'), version);
    const tree = join(work, 'tree');
    if (options.targets.some((target) => target !== 'npm')) await layOutTree(tree, program, epoch);
    const make: Record<BackendTarget, { name: string; build(file: string): Promise<void> }> = {
      npm: { name: `${NAME}-${version}.tgz`, build: (file) => buildTarball(program, work, file, epoch) },
      deb: {
        name: `${NAME}_${debianVersion(version)}_amd64.deb`,
        build: (file) => buildDeb(tree, file, { version, epoch, compression }),
      },
      oci: { name: `${NAME}-${version}-oci.tar`, build: (file) => buildImage(tree, file, { version, epoch }) },
    };
    const made: BackendArtefact[] = [];
    for (const target of options.targets) {
      const { name, build } = make[target];
      const path = join(into, name);
      await rm(path, { force: true });
      await build(path);
      made.push({ name, path, format: target, bytes: (await stat(path)).size, sha256: await sha256Of(path) });
    }
    const sums = made.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join('');
    await writeFile(join(into, 'SHA256SUMS-backend'), sums);
    return made;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
