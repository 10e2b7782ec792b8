import { createWriteStream } from 'node:fs';
import { access, chmod, constants, lstat, mkdir, open, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { AppError } from '../../protocol/errors.ts';
import { asarPackage } from './asar-package.ts';
import { beside } from './beside.ts';
import { checkRoom } from './download-folder.ts';
import type { Installation } from './installation.ts';
import { removeTrees } from './remove-tree.ts';
import { pourVerified, unpack } from './unpack.ts';

/** How much larger our tar.gz is when it is unpacked, at most. */
const UNPACKED = 4;
/** What an AppImage of type 2 begins with: ELF, and "AI" and 2 in the padding of its header (AppImageSpec, type 2). */
const isAppImage = (head: Buffer): boolean =>
  head.toString('latin1', 1, 4) === 'ELF' && head.toString('latin1', 8, 10) === 'AI' && head[10] === 2;

/** What lies downloaded and verified. */
export interface Verified {
  file: string;
  sha256: string;
  bytes: number;
  version: string;
}

/** Puts a verified version beside the installation, whole and looked at. @throws AppError; nothing is left there then */
export async function prepare(
  { path, shape }: Extract<Installation, { kind: 'own' }>,
  verified: Verified,
  { program, signal }: { program: string; signal: AbortSignal },
): Promise<void> {
  const { next } = beside(path);
  await tidyBeside(path);
  await checkRoom(dirname(path), verified.bytes * (shape === 'folder' ? UNPACKED : 1));
  try {
    if (shape === 'folder') {
      await mkdir(next, { mode: 0o755 });
      await unpack(verified.file, verified.sha256, next, signal);
      await checkUnpacked(next, basename(program), verified.version);
    } else await copyImage(verified, next, path, signal);
  } catch (error) {
    await removeTrees([next]);
    throw error;
  }
}

/** Removes what lies beside an installation: the version before, one that did not start, one that was not wanted. */
export async function tidyBeside(path: string): Promise<void> {
  await removeTrees(Object.values(beside(path)));
}

/** What was unpacked is a Sallyport of the announced version, from a package of the same kind. */
async function checkUnpacked(folder: string, program: string, version: string): Promise<void> {
  const resources = join(folder, 'resources');
  try {
    const file = join(folder, program);
    if (!(await lstat(file)).isFile()) throw new Error(`${program} is not a file`);
    await access(file, constants.X_OK);
    const { name, version: found } = await asarPackage(join(resources, 'app.asar'));
    if (name !== 'sallyport' || found !== version) throw new Error(`it is ${name} ${found}, not sallyport ${version}`);
    const packageType = (await readFile(join(resources, 'package-type'), 'utf8')).trim();
    if (packageType !== 'tar.gz') throw new Error(`it is from a ${packageType}, not from a tar.gz`);
  } catch (cause) {
    throw new AppError(
      'unavailable',
      `What was downloaded is no Sallyport ${version}, so it is not installed. Tell your IT.`,
      {
        cause,
      },
    );
  }
}

async function copyImage({ file, sha256 }: Verified, next: string, path: string, signal: AbortSignal): Promise<void> {
  const out = createWriteStream(next, { flags: 'wx', mode: 0o600 });
  try {
    await pourVerified(file, sha256, out, signal);
  } finally {
    out.end();
    await finished(out);
  }
  const handle = await open(next, 'r+');
  try {
    const { buffer } = await handle.read(Buffer.alloc(11), 0, 11, 0);
    if (!isAppImage(buffer)) throw new AppError('unavailable', 'What was downloaded is no AppImage. Tell your IT.');
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chmod(next, (await stat(path)).mode & 0o7777);
}
