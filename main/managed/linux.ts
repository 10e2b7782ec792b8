import { readFileSync } from 'node:fs';
import { readGuardedFile } from './guarded-file.ts';
import { jsonDocument } from './json-document.ts';
import type { PolicySource, Reading } from './policy-source.ts';
import { readingOf } from './reading.ts';
import { watchFile } from './watch-file.ts';

export const LINUX_POLICY_FILE = '/etc/sallyport/policy.json';

/** Linux: one file of root's. It costs a fraction of a millisecond, so that it is read at once. */
export function linuxPolicy(file: string = LINUX_POLICY_FILE, folders?: readonly string[]): PolicySource {
  return {
    read: () => readLinuxPolicy(file, folders),
    watch: (onChange) => watchFile(file, onChange),
  };
}

/** @param folders those that have to be root's: all above the file, but in tests */
export function readLinuxPolicy(file: string, folders?: readonly string[]): Reading {
  return readingOf(file, () => {
    const bytes = readGuardedFile(file, folders && { folders });
    return bytes && jsonDocument(bytes);
  });
}

/** A file of one's own, to try settings out with. For development: nobody is kept from writing it. */
export function developmentPolicy(file: string): PolicySource {
  return {
    read: () => readingOf(file, () => jsonDocument(readFileSync(file))),
    watch: (onChange) => watchFile(file, onChange),
  };
}
