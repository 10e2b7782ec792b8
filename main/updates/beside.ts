import { basename, dirname, join } from 'node:path';

/** Where the next, the last and a refused version lie: beside the installation, so that a rename is enough. */
export interface Beside {
  next: string;
  last: string;
  refused: string;
}

/** @param path the installation: a folder, or the one file of an AppImage */
export function beside(path: string): Beside {
  const name = (of: string): string => join(dirname(path), `.${basename(path)}.${of}-version`);
  return { next: name('next'), last: name('last'), refused: name('refused') };
}
