import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where it is written that a newer version lies ready: see hand-over-file.ts. */
export function handOverPath(dataFolder: string): string {
  return join(dataFolder, 'updates', 'hand-over.json');
}

/** Whether there is anything to do at the start. Costs one look at the disk. */
export function handOverWaits(dataFolder: string): boolean {
  return existsSync(handOverPath(dataFolder));
}
