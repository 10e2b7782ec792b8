import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The first bytes of every program and library of Linux. */
const ELF = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);

/** What is compiled under a folder, whatever it is called. */
export async function compiledIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const compiled: string[] = [];
  for (const file of files) if (await isElf(file)) compiled.push(file);
  return compiled;
}

async function isElf(file: string): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    const { buffer } = await handle.read(Buffer.alloc(ELF.length), 0, ELF.length, 0);
    return buffer.equals(ELF);
  } finally {
    await handle.close();
  }
}
