import { join } from 'node:path';
import { ROOT } from '../../scripts/folders.ts';
import type { Packaged } from '../../scripts/packaging/package-app.ts';

/** Where setup.ts puts what the tests use. */
export const PACKAGES = join(ROOT, 'out/packaging');

export interface AppPackages {
  version: string;
  /** Absolute paths. */
  deb: string;
  rpm: string;
  tarball: string;
}

/** The app's packages. They believe updates that `releaseKey` has signed. */
export interface Packages extends AppPackages, Pick<Packaged, 'electron' | 'commit' | 'notBuilt' | 'unpacked'> {
  pacman: string;
  /** The same app with a higher version. */
  newer: AppPackages;
  /** `privateKey` is PKCS #8 in PEM. */
  releaseKey: { id: string; publicKey: string; privateKey: string };
}
