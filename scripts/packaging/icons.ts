// Makes packaging/app/icon.ico and icon.icns from the PNGs in resources/icons. Both are containers that take PNGs as they
// are, so the same pictures give the same bytes. Run by hand when the pictures change:
//   node --import tsx scripts/packaging/icons.ts

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runAsCommand } from '../command.ts';
import { ROOT } from '../folders.ts';

const FOLDER = join(ROOT, 'packaging/app');

/** Edge in pixels. */
const ICO_SIZES = [16, 32, 48, 64, 128, 256];
/** Apple's name for each edge: plain, and for twice as dense screens. */
const ICNS_TYPES = [
  ...([
    ['icp4', 16],
    ['icp5', 32],
    ['ic07', 128],
    ['ic08', 256],
    ['ic09', 512],
  ] as const),
  ...([
    ['ic11', 32],
    ['ic12', 64],
    ['ic13', 256],
    ['ic14', 512],
  ] as const),
] as const;

const HEAD_BYTES = 6;
const ENTRY_BYTES = 16;

/** ICO: a head (reserved, type 1, count), an entry for each picture (below), then the pictures. All little-endian. */
export async function makeIco(): Promise<Buffer> {
  const pictures = await Promise.all(ICO_SIZES.map(picture));
  const head = Buffer.alloc(HEAD_BYTES + ENTRY_BYTES * pictures.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(pictures.length, 4);
  let offset = head.length;
  for (const [n, bytes] of pictures.entries()) {
    const size = ICO_SIZES[n] ?? 0;
    const at = HEAD_BYTES + ENTRY_BYTES * n;
    // Width and height in a byte each, 0 for 256; colours and reserved stay 0; planes; bits; length; offset.
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(bytes.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += bytes.length;
  }
  return Buffer.concat([head, ...pictures]);
}

/** ICNS: "icns" and the whole length, then for each picture its type and its length with these eight bytes. Big-endian. */
export async function makeIcns(): Promise<Buffer> {
  const parts = await Promise.all(ICNS_TYPES.map(async ([type, size]) => chunk(type, await picture(size))));
  return chunk('icns', Buffer.concat(parts));
}

function chunk(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, 0, 'latin1');
  head.writeUInt32BE(body.length + head.length, 4);
  return Buffer.concat([head, body]);
}

function picture(size: number): Promise<Buffer> {
  return readFile(join(ROOT, `resources/icons/${size}x${size}.png`));
}

await runAsCommand(import.meta, async () => {
  await writeFile(join(FOLDER, 'icon.ico'), await makeIco());
  await writeFile(join(FOLDER, 'icon.icns'), await makeIcns());
});
