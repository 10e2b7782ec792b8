import { randomBytes } from 'node:crypto';
import { AppError } from '../../../protocol/errors.ts';
import { kindOf } from './attributes.ts';
import { remotePath } from './names.ts';
import type { Sftp } from './sftp.ts';
import { isAnswer } from './sftp-refusal.ts';
import type { Task } from './transfers.ts';
import type { Leftover, Unfinished } from './unfinished.ts';

/** Names and depth of a part that are removed at most: a hostile target's listing must not go on for ever. */
const MOST_REMOVED = 50_000;
const DEEPEST = 45;
/** The longest piece of the real name in that of a part, characters. */
const LONGEST = 60;

/** Where an upload goes. */
export interface Place {
  sftp: Sftp;
  /** Login and target. */
  at: string;
  /** Its real path. */
  folder: string;
  unfinished: Unfinished;
}

interface Part<T> extends Pick<Leftover, 'name' | 'kind'> {
  make: (path: string) => Promise<T>;
  /** Also gives it its real name. */
  fill: (made: T, path: string) => Promise<void>;
}

/**
 * Makes and fills an upload under the name of a part, `.NAME.XXXXXXXXXXXX.part`. Whatever goes wrong, the part is removed;
 * when that can't be, the task says where it is left.
 */
export async function asPart<T>(place: Place, { name, kind, make, fill }: Part<T>, task: Task): Promise<void> {
  const { sftp, at, folder, unfinished } = place;
  const part: Leftover = { at, folder, kind, name: partName(name) };
  const path = remotePath(folder, part.name);
  unfinished.begin(part);
  let made = false;
  try {
    const begun = await make(path);
    made = true;
    await fill(begun, path);
    unfinished.gone(part);
  } catch (error) {
    if ((!made && isAnswer(error)) || (task.connected && (await removed(sftp, path, kind)))) {
      unfinished.gone(part);
    } else {
      unfinished.stays(part);
      task.leaves(`${part.name} stays in ${folder} on the target; your next upload into that folder removes it.`);
    }
    throw error;
  }
}

/** Removes what earlier uploads of this app have left in a folder. @returns their names */
export async function removeLeftovers({ sftp, at, folder, unfinished }: Place, task: Task): Promise<string[]> {
  const names: string[] = [];
  for (const part of unfinished.leftIn(at, folder)) {
    task.check();
    const path = remotePath(folder, part.name);
    const there = await sftp.look(path);
    // Somebody has put something else there.
    if (there === undefined || kindOf(there) !== part.kind) unfinished.gone(part);
    else if (await removed(sftp, path, part.kind)) {
      unfinished.gone(part);
      names.push(part.name);
    }
  }
  return names;
}

/** A name that nothing else has: 48 random bits. */
function partName(name: string): string {
  return `.${[...name].slice(0, LONGEST).join('')}.${randomBytes(6).toString('hex')}.part`;
}

/** @returns whether nothing is there any more */
async function removed(sftp: Sftp, path: string, kind: Leftover['kind']): Promise<boolean> {
  try {
    if (kind === 'file') await sftp.remove(path);
    else await removeTree(sftp, path);
    return true;
  } catch (error) {
    return error instanceof AppError && error.code === 'not-found';
  }
}

/** Removes a folder of our own with all that is in it; of a link, the link. */
async function removeTree(sftp: Sftp, top: string): Promise<void> {
  const left = { names: MOST_REMOVED };
  const remove = async (folder: string, depth: number): Promise<void> => {
    const { entries } = await sftp.list(folder);
    left.names -= entries.length;
    if (left.names < 0 || depth > DEEPEST) throw new Error('more than was ever put there');
    const files = entries.filter((entry) => kindOf(entry.attrs) !== 'folder');
    await Promise.all(files.map((entry) => sftp.remove(remotePath(folder, entry.name))));
    for (const entry of entries) {
      if (kindOf(entry.attrs) === 'folder') await remove(remotePath(folder, entry.name), depth + 1);
    }
    await sftp.removeFolder(folder);
  };
  await remove(top, 0);
}
