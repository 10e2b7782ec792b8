import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { keyIdSchema, publicKeySchema, type ReleaseKey } from '../../protocol/update/keys.ts';

const fileSchema = z.array(z.strictObject({ id: keyIdSchema, publicKey: publicKeySchema })).max(10);

/** Who may sign updates of this build. Whoever builds the app for an organisation puts their keys there; none: no updates. */
export async function shippedKeys(file: string): Promise<readonly ReleaseKey[]> {
  return fileSchema.parse(JSON.parse(await readFile(file, 'utf8')));
}
