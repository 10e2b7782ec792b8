import { constants } from 'node:fs';
import { open, readFile, rename } from 'node:fs/promises';
import type { z } from 'zod';

/** What a small JSON file of ours holds; undefined when it is not there or makes no sense. */
export async function readKept<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  try {
    return schema.safeParse(JSON.parse(await readFile(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/** Writes a small JSON file so that after a power cut the old or the new one is there, whole. */
export async function writeKept(file: string, content: unknown): Promise<void> {
  const fresh = `${file}.new`;
  const handle = await open(fresh, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o600);
  try {
    await handle.writeFile(JSON.stringify(content));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(fresh, file);
}
