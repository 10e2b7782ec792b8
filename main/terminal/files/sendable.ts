import { access, constants, lstat, realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import { AppError } from '../../../protocol/errors.ts';
import { notRead } from './local-refusal.ts';
import { identityOf } from './pinned.ts';

/** A file or folder of this computer that can be sent. */
export interface Sendable {
  /** Without links: where it really is. */
  path: string;
  /** As the person knows it, and as the target will: of a link that was chosen its own. */
  name: string;
  /** Which one it is, whatever stands at its path when its turn has come. */
  identity: string;
  kind: 'file' | 'folder';
  /** Of a file; null for a folder, whose files are counted when its turn has come. */
  bytes: number | null;
}

/**
 * Looks at what the person chose or dropped, before anything is begun.
 * @throws AppError that names the first that is neither file nor folder, or can't be read
 */
export async function sendable(paths: readonly string[]): Promise<Sendable[]> {
  return Promise.all(paths.map(one));
}

async function one(chosen: string): Promise<Sendable> {
  const name = basename(chosen);
  if (name === '') throw new AppError('invalid-input', 'A whole disk cannot be sent. Choose a folder of it.');
  const shown = JSON.stringify(name);
  try {
    const path = await realpath(chosen);
    const found = await lstat(path, { bigint: true });
    if (!found.isFile() && !found.isDirectory()) {
      throw new AppError('invalid-input', `Only files and folders can be sent; ${shown} is neither.`);
    }
    await access(path, constants.R_OK);
    const item = { path, name, identity: identityOf(found) };
    return found.isFile()
      ? { ...item, kind: 'file', bytes: Number(found.size) }
      : { ...item, kind: 'folder', bytes: null };
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('not-found', `${shown} cannot be read here: ${notRead(cause)}.`, { cause });
  }
}
