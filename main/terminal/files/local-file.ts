import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { firstFree, holdName } from './held-name.ts';
import { notWritten } from './local-refusal.ts';
import { mustHaveRoom } from './room.ts';

/** The disk's room is looked at again after so many bytes: others write too. */
const LOOK_AGAIN_BYTES = 64 * 1024 * 1024;

/** A file on its way to this computer. It holds its name at once, and has it when all of its bytes are there. */
export interface ArrivingFile {
  write(bytes: Buffer, length: number, at: number): Promise<void>;
  /** All bytes are there. @returns the name it got */
  keep(): Promise<string>;
  /** Leaves nothing behind. */
  drop(): Promise<void>;
}

/** A folder on its way, with all that is put `within`; it has its name at once. */
export interface ArrivingFolder {
  readonly name: string;
  readonly within: string;
  keep(): Promise<void>;
  drop(): Promise<void>;
}

/** Begins a file in a folder, under the first free name. Never writes over anything, and follows no link. @throws AppError */
export async function arrive(folder: string, wanted: string): Promise<ArrivingFile> {
  let held = await holdName(folder, wanted);
  const partly = partOf(held.path);
  let handle: FileHandle;
  try {
    handle = await open(partly, 'wx');
  } catch (cause) {
    await held.remove();
    throw notWritten(cause);
  }
  let sinceLook = 0;
  return {
    async write(bytes, length, at) {
      sinceLook += length;
      if (sinceLook >= LOOK_AGAIN_BYTES) {
        sinceLook = 0;
        await mustHaveRoom(folder, 0);
      }
      await handle.write(bytes, 0, length, at);
    },
    async keep() {
      await handle.close();
      // Another program has taken the name after all, or only what held it.
      if (!(await held.isHeld())) {
        await held.remove();
        held = await holdName(folder, wanted);
      }
      await held.release();
      await rename(partly, held.path);
      return held.name;
    },
    async drop() {
      await handle.close().catch(() => undefined);
      await Promise.all([rm(partly, { force: true }), held.remove()]);
    },
  };
}

/** Begins a folder in a folder, under the first free name. @throws AppError */
export async function arriveFolder(
  folder: string,
  wanted: string,
  platform: NodeJS.Platform = process.platform,
): Promise<ArrivingFolder> {
  const name = await makeFolder(folder, wanted);
  const path = join(folder, name);
  const within = partOf(path);
  try {
    await mkdir(within);
  } catch (cause) {
    await rmdir(path).catch(() => undefined);
    throw notWritten(cause);
  }
  return {
    name,
    within,
    async keep() {
      // Elsewhere the empty folder that holds the name is replaced in one step.
      if (platform === 'win32') await rmdir(path);
      await rename(within, path);
    },
    async drop() {
      await rm(within, { recursive: true, force: true });
      // Not what somebody has put there meanwhile.
      await rmdir(path).catch(() => undefined);
    },
  };
}

/** A name that nothing else has, 48 random bits: what is fetched may be named like the part of something else. */
function partOf(path: string): string {
  return `${path}.${randomBytes(6).toString('hex')}.part`;
}

/** Makes a folder in a folder, under the first free name. @returns its name. @throws AppError */
export async function makeFolder(folder: string, wanted: string): Promise<string> {
  return (await firstFree(wanted, (candidate) => mkdir(join(folder, candidate)))).name;
}
