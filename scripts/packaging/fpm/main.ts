// What electron-builder runs as fpm. The real one is a Ruby program that it would have to download; this one makes the
// same packages with the systems' own tools (dpkg-deb, rpmbuild, bsdtar), and the same bytes from the same files.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runAsCommand } from '../../command.ts';
import { makeDeb } from './deb.ts';
import type { Making } from './making.ts';
import { parseOrder } from './order.ts';
import { makePacman } from './pacman.ts';
import { makeRpm } from './rpm.ts';
import { layOut } from './tree.ts';

const MAKERS = { deb: makeDeb, rpm: makeRpm, pacman: makePacman };

/** Makes one package from fpm's command line. SOURCE_DATE_EPOCH says when it was made, else it is made now. */
export function makePackage(args: readonly string[], env: NodeJS.ProcessEnv = process.env): void {
  const order = parseOrder(args);
  const epoch = Number(env.SOURCE_DATE_EPOCH ?? Math.floor(Date.now() / 1000));
  const level = Number(env.ELECTRON_BUILDER_COMPRESSION_LEVEL ?? 6);
  if (!Number.isSafeInteger(epoch) || epoch < 0) throw new Error('fpm: SOURCE_DATE_EPOCH is no number of seconds.');
  if (![1, 2, 3, 4, 5, 6, 7, 8, 9].includes(level)) throw new Error('fpm: the compression level is from 1 to 9.');
  const work = mkdtempSync(join(tmpdir(), 'sallyport-fpm-'));
  try {
    const root = join(work, 'root');
    const entries = layOut(order, root, epoch);
    mkdirSync(dirname(order.output), { recursive: true });
    rmSync(order.output, { force: true });
    // xz at its quickest is still slow; who asks for speed gets it.
    const compression = level === 1 && order.compression.startsWith('xz') ? 'zstd' : order.compression;
    const making: Making = { order: { ...order, compression }, work, root, entries, epoch, level };
    MAKERS[order.format](making);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

await runAsCommand(import.meta, () => makePackage(process.argv.slice(2)));
