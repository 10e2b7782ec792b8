import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AppPackages, PACKAGES, type Packages } from './made.ts';

/** What setup.ts has made, by absolute paths. */
export const packages: Packages = read();

function read(): Packages {
  const found = JSON.parse(readFileSync(join(PACKAGES, 'packages.json'), 'utf8')) as Packages;
  const app = <T extends AppPackages>(of: T): T => ({
    ...of,
    ...{ deb: join(PACKAGES, of.deb), rpm: join(PACKAGES, of.rpm), tarball: join(PACKAGES, of.tarball) },
  });
  return {
    ...app(found),
    pacman: join(PACKAGES, found.pacman),
    unpacked: join(PACKAGES, found.unpacked),
    newer: app(found.newer),
  };
}
