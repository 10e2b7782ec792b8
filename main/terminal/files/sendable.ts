import { access, constants, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { AppError } from '../../../protocol/errors.ts';
import { notRead } from './local-refusal.ts';

/** A file or folder of this computer that can be sent. */
export interface Sendable {
  path: string;
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

async function one(path: string): Promise<Sendable> {
  if (basename(path) === '') throw new AppError('invalid-input', 'A whole disk cannot be sent. Choose a folder of it.');
  const name = JSON.stringify(basename(path));
  try {
    const found = await stat(path);
    if (!found.isFile() && !found.isDirectory()) {
      throw new AppError('invalid-input', `Only files and folders can be sent; ${name} is neither.`);
    }
    await access(path, constants.R_OK);
    return found.isFile() ? { path, kind: 'file', bytes: found.size } : { path, kind: 'folder', bytes: null };
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('not-found', `${name} cannot be read here: ${notRead(cause)}.`, { cause });
  }
}
