import { rm } from 'node:fs/promises';

/**
 * Deletes a folder that programs wrote into. Some of them (Chromium's helpers, PostgreSQL's workers) outlive the one that
 * was ended by a moment and still write: what has come back in between is deleted again.
 * @throws what `rm` throws if the folder is not gone after about five seconds.
 */
export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 14, retryDelay: 50 });
}
