import { describe } from 'vitest';
import { isDebianRoot } from './debian.ts';

/**
 * A group of tests that installs packages on this machine. Root on Debian always runs them; anybody else is told why not,
 * so that `npm test` is of use to them as well.
 */
export function describeAsRoot(name: string, tests: () => void): void {
  if (!isDebianRoot) {
    console.warn(`Skipped: "${name}". It installs packages with apt: run it as root on Debian or Ubuntu.`);
  }
  describe.skipIf(!isDebianRoot)(name, tests);
}
