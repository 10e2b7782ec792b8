import type { BigIntStats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../protocol/errors.ts';
import { LeftOut } from './left-out.ts';
import { notRead } from './local-refusal.ts';
import { identityOf, inFolder } from './pinned.ts';
import { DEEPEST, MOST_FILES } from './walk.ts';

/** A file of this computer in a folder that is sent. */
export interface LocalFile {
  within: readonly string[];
  name: string;
  path: string;
  size: number;
  /** Which file it is, whatever stands under its name later. */
  identity: string;
}

export interface LocalTree {
  /** Each before those in it; the names of the folders it is in and its own, none for the one that was asked for. */
  folders: { within: readonly string[]; mode: number }[];
  files: LocalFile[];
  leftOut: LeftOut;
}

interface Waiting {
  path: string;
  within: readonly string[];
  identity: string;
}

/** What stands in a folder, or why it can't be looked at. */
type Entry = { name: string; found: BigIntStats } | { name: string; refusal: unknown };

/**
 * All folders and files below a folder of this computer. Links are not followed: they may lead out of the folder, or round
 * in it. They, devices, what may not be read and what is replaced meanwhile are left out by name.
 * @param identity the folder that it must be. @throws AppError when it is another, or when there is too much of it
 */
export async function localTree(top: string, identity: string, check: () => void): Promise<LocalTree> {
  const tree: LocalTree = { folders: [], files: [], leftOut: new LeftOut() };
  const waiting: Waiting[] = [{ path: top, within: [], identity }];
  let left = MOST_FILES;
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    check();
    const folder = next;
    const { path, within } = folder;
    if (within.length > DEEPEST) throw tooMuch();
    const found = await inFolder(path, folder.identity, async (at, mode) => {
      const names = await readdir(at);
      left -= names.length;
      return { mode: mode & 0o777, entries: left < 0 ? [] : await look(at, names) };
    }).catch((error: unknown) => notTaken(tree, within, error));
    if (left < 0) throw tooMuch();
    if (found === undefined) continue;
    tree.folders.push({ within, mode: found.mode });
    for (const entry of found.entries) waiting.push(...take(tree, folder, entry));
  }
  return tree;
}

async function look(folder: string, names: readonly string[]): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const name of names) {
    try {
      entries.push({ name, found: await lstat(join(folder, name), { bigint: true }) });
    } catch (refusal) {
      entries.push({ name, refusal });
    }
  }
  return entries;
}

/** Adds what stands in a folder to the tree. @returns it, when it is a folder to look into */
function take({ files, leftOut }: LocalTree, { path: folder, within }: Waiting, entry: Entry): Waiting[] {
  const { name } = entry;
  const path = join(folder, name);
  if ('refusal' in entry) leftOut.add(within, name, notRead(entry.refusal));
  else {
    const { found } = entry;
    const identity = identityOf(found);
    if (found.isDirectory()) return [{ path, within: [...within, name], identity }];
    if (found.isFile()) files.push({ within, name, path, size: Number(found.size), identity });
    else leftOut.add(within, name, found.isSymbolicLink() ? 'a link' : 'a device');
  }
  return [];
}

function notTaken({ leftOut }: LocalTree, within: readonly string[], error: unknown): undefined {
  if (within.length > 0) leftOut.add(within.slice(0, -1), within.at(-1) ?? '', notRead(error));
  else if (error instanceof AppError) throw error;
  else throw new AppError('not-found', `The folder cannot be read here: ${notRead(error)}.`, { cause: error });
}

function tooMuch(): AppError {
  return new AppError(
    'wrong-state',
    `The folder holds more than ${MOST_FILES} files, or is more than ${DEEPEST} folders deep. Pack it first, with tar or zip.`,
  );
}
