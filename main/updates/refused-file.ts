import { join } from 'node:path';
import { z } from 'zod';
import { versionSchema } from '../../protocol/update/feed.ts';
import { readKept, writeKept } from './kept-file.ts';

const refusedSchema = z.object({ version: versionSchema, sha256: z.string() });
export type Refused = z.infer<typeof refusedSchema>;

function fileIn(dataFolder: string): string {
  return join(dataFolder, 'updates', 'refused.json');
}

/** The installer whose version did not start here. It is not tried again; another one is. */
export function readRefused(dataFolder: string): Promise<Refused | undefined> {
  return readKept(fileIn(dataFolder), refusedSchema);
}

export function writeRefused(dataFolder: string, { version, sha256 }: Refused): Promise<void> {
  return writeKept(fileIn(dataFolder), { version, sha256 });
}
