import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';

/**
 * Puts a new text into a file that only this person may read, whole or not at all: whoever reads meanwhile has the old one.
 * @param lasting whether it is to be there after a power cut, too; that waits for the disk
 */
export function replaceFile(file: string, text: string, lasting = false): void {
  const fresh = `${file}.new`;
  const descriptor = openSync(fresh, 'w', 0o600);
  try {
    writeFileSync(descriptor, text);
    if (lasting) fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(fresh, file);
}
