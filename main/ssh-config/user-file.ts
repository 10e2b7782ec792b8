import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { chmod, chown, lstat, mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../protocol/errors.ts';

/** A larger ssh configuration is a mistake, bytes. */
const LARGEST_BYTES = 1024 * 1024;
/** How often an editor may save at the same moment. */
const TRIES = 3;
/** Whoever may write it decides what runs as this person; ssh refuses such a file altogether. */
const WRITABLE_BY_OTHERS = 0o022;

/** The content after a change, or null when the file is to go. */
export type Edit = (config: string, exists: boolean) => string | null;

/** Reads the person's configuration as latin1, so that no byte is changed by being read; '' when there is none. @throws AppError */
export async function readUserFile(path: string): Promise<string> {
  const found = await lookAt(path);
  return found ? readFile(found.target, 'latin1') : '';
}

/**
 * Changes the person's configuration in one step: nobody sees half of it. Links are followed, owner and mode stay.
 * @throws AppError that says what stands in the way and what to do
 */
export async function editUserFile(path: string, edit: Edit): Promise<void> {
  try {
    for (let attempt = 1; attempt <= TRIES; attempt++) if (await tryEdit(path, edit)) return;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    throw inTheWay(`${path} cannot be changed (${code ?? message}).`, cause);
  }
  throw inTheWay(`${path} is being changed by another program.`);
}

/** @returns false when somebody else changed the file in between */
async function tryEdit(path: string, edit: Edit): Promise<boolean> {
  const found = await lookAt(path);
  const before = found ? await readFile(found.target, 'latin1') : '';
  const after = edit(before, found !== undefined);
  if (after === before || (after === null && !found)) return true;
  if (found) checkWritable(path, found.stats);
  else await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const target = found?.target ?? path;
  if (after === null) {
    if (!(await isAsBefore(path, found?.stats))) return false;
    await rm(target);
    return true;
  }
  const draft = join(dirname(target), `.config.sallyport-${randomBytes(6).toString('hex')}`);
  try {
    await write(draft, after, found?.stats);
    if (!(await isAsBefore(path, found?.stats))) return false;
    await rename(draft, target);
    return true;
  } finally {
    await rm(draft, { force: true });
  }
}

async function write(draft: string, content: string, like: Stats | undefined): Promise<void> {
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(content, 'latin1');
    await file.sync();
  } finally {
    await file.close();
  }
  if (!like || process.platform === 'win32') return;
  const made = await stat(draft);
  if (made.uid !== like.uid || made.gid !== like.gid) await chown(draft, like.uid, like.gid);
  await chmod(draft, like.mode & 0o7777);
}

interface Found {
  /** Where the links lead. */
  readonly target: string;
  readonly stats: Stats;
}

/** @throws AppError when it is there and cannot be used as a configuration */
async function lookAt(path: string): Promise<Found | undefined> {
  const itself = await lstat(path).catch(unlessMissing);
  if (!itself) return undefined;
  const target = await realpath(path).catch(unlessMissing);
  if (target === undefined) throw inTheWay(`${path} is a link to nothing.`);
  const stats = await stat(target);
  if (!stats.isFile()) throw inTheWay(`${path} is not a file.`);
  if (stats.size > LARGEST_BYTES) throw inTheWay(`${path} is too large to be an ssh configuration.`);
  return { target, stats };
}

function checkWritable(path: string, stats: Stats): void {
  if ((stats.mode & 0o200) === 0) throw inTheWay(`${path} is read-only.`);
  if (process.platform === 'win32') return;
  const me = process.getuid?.();
  if (stats.uid !== me && me !== 0) throw inTheWay(`${path} belongs to somebody else.`);
  if ((stats.mode & WRITABLE_BY_OTHERS) !== 0) {
    throw inTheWay(`Others may write to ${path}, so that ssh refuses it; run: chmod go-w ${path}.`);
  }
  if (stats.nlink > 1) throw inTheWay(`${path} has a second name (a hard link), which would be cut off from it.`);
}

async function isAsBefore(path: string, before: Stats | undefined): Promise<boolean> {
  const now = await stat(path).catch(unlessMissing);
  return now?.ino === before?.ino && now?.mtimeMs === before?.mtimeMs && now?.size === before?.size;
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}

function inTheWay(sentence: string, cause?: unknown): AppError {
  return new AppError('unavailable', sentence, { cause });
}
