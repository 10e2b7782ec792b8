import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { readKept, writeKept } from './kept-file.ts';

const idSchema = z.string().regex(/^[0-9a-f]{32}$/);

/** The random name of this installation, made once. It says when its turn comes in a roll-out, and is never sent. */
export async function installationId(folder: string): Promise<string> {
  const file = join(folder, 'installation-id');
  const known = await readKept(file, idSchema);
  if (known !== undefined) return known;
  const made = randomBytes(16).toString('hex');
  await writeKept(file, made);
  return made;
}
