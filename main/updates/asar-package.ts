import type * as Fs from 'node:fs';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { z } from 'zod';

const require = createRequire(import.meta.url);
/** Electron's own `fs` takes an archive for a folder; this one sees the file. */
const { open, read, close } = require(process.versions.electron === undefined ? 'fs' : 'original-fs') as typeof Fs;
const openFile = promisify(open);
const closeFile = promisify(close);

/** No index of our archive is longer, bytes. */
const LARGEST_INDEX = 16 * 1024 * 1024;
const LARGEST_PACKAGE = 256 * 1024;

const indexSchema = z.object({
  files: z.object({
    'package.json': z.object({ size: z.number().int().nonnegative(), offset: z.string().regex(/^\d{1,12}$/) }),
  }),
});
const packageSchema = z.object({ name: z.string(), version: z.string() });

/**
 * What the package.json in an asar archive says. An archive begins with four numbers of 32 bits, little endian: 4, the
 * length H of what follows the second, H - 4, and the length of the index, which is JSON; files lie from 8 + H on
 * (https://github.com/electron/asar, "Format"). @throws when it is not such an archive
 */
export async function asarPackage(file: string): Promise<z.infer<typeof packageSchema>> {
  const descriptor = await openFile(file, 'r');
  try {
    const [first, header = 0, , length = 0] = new Uint32Array(copyOf(await bytesAt(descriptor, 0, 16)));
    if (first !== 4 || length > LARGEST_INDEX || header < length + 8) throw new Error('not an asar archive');
    const index = indexSchema.parse(JSON.parse((await bytesAt(descriptor, 16, length)).toString('utf8')));
    const { size, offset } = index.files['package.json'];
    if (size > LARGEST_PACKAGE) throw new Error('its package.json is too long');
    const text = await bytesAt(descriptor, 8 + header + Number(offset), size);
    return packageSchema.parse(JSON.parse(text.toString('utf8')));
  } finally {
    await closeFile(descriptor);
  }
}

function bytesAt(descriptor: number, position: number, length: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const bytes = Buffer.alloc(length);
    read(descriptor, bytes, 0, length, position, (error, got) => {
      if (error) reject(error);
      else if (got < length) reject(new Error('the archive ends early'));
      else resolve(bytes);
    });
  });
}

/** Numbers are read in the order of this computer's bytes: all that Electron runs on are little endian. */
function copyOf(bytes: Buffer): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}
