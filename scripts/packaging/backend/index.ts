import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildDeb, type Compression, layOutTree } from './deb.ts';
import { debianVersion } from './deb-control.ts';
import { buildTarball, NAME } from './npm-tarball.ts';
import { buildImage } from './oci.ts';
import { makeProgram } from './program.ts';

/** `oci` needs mmdebstrap and a Debian mirror, so it is made only when it is asked for. */
export type BackendTarget = 'npm' | 'deb' | 'oci';

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

/** Makes the backend's packages for this platform. Resolves to the files it made, in the order of the targets. */
export async function packageBackend(options: BackendPackaging): Promise<string[]> {
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
    const made: string[] = [];
    for (const target of options.targets) {
      const file = join(into, make[target].name);
      await rm(file, { force: true });
      await make[target].build(file);
      made.push(file);
    }
    return made;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
