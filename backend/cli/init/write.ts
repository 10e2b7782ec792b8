import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import {
  chmod,
  chown,
  type FileHandle,
  lchown,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  rename,
  rm,
  rmdir,
  stat,
  unlink,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../../protocol/errors.ts';
import { openKeys } from '../../keys.ts';
import { sealingSecret } from '../run-config.ts';
import type { Plan } from './plan.ts';

/** Whom files are given to; undefined: they belong to whoever runs this. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Folders of the configuration may be walked through: the desktop app's own policy.json lies in the same one. */
const CONFIG_FOLDER_MODE = 0o751;
const DATA_FOLDER_MODE = 0o700;

/**
 * Does what a plan says, or nothing: everything is written aside first and then moved into place, the configuration
 * last. What stood in the way is kept beside, with the moment in its name. Returns the paths written.
 * @throws AppError 'unavailable' when something could not be written; all is as before then
 */
export async function carryOut(plan: Plan, owner: Owner | undefined, now: Date): Promise<string[]> {
  const undo: (() => Promise<unknown>)[] = [];
  const aside = `.${randomBytes(6).toString('hex')}.new`;
  const held: FileHandle[] = [];
  const stamp = now.toISOString().replaceAll(/[:.]/g, '-');
  try {
    await makeFolder(plan.configFolder, CONFIG_FOLDER_MODE, owner && { uid: 0, gid: owner.gid }, undo);
    await makeFolder(plan.dataFolder, DATA_FOLDER_MODE, owner, undo);
    const moves: { from: string; to: string }[] = [];
    if (plan.newKeys) moves.push(...(await makeKeys(plan, plan.newKeys, aside, owner, { undo, held })));
    for (const { path, text, secret } of plan.files) {
      await makeFolder(dirname(path), CONFIG_FOLDER_MODE, owner && { uid: 0, gid: owner.gid }, undo);
      const draft = `${path}${aside}`;
      undo.push(() => rm(draft, { force: true }));
      await writeWhole(
        draft,
        text,
        secret || !owner ? 0o600 : 0o640,
        owner && { uid: secret ? owner.uid : 0, gid: owner.gid },
      );
      moves.push({ from: draft, to: path });
    }
    for (const { from, to } of moves) await moveInto(from, to, plan.replace ? `${to}.${stamp}.bak` : undefined, undo);
    return moves.map(({ to }) => to);
  } catch (error) {
    for (const step of undo.reverse()) await step().catch(() => undefined);
    if (error instanceof AppError) throw error;
    const { code, path } = error as NodeJS.ErrnoException;
    const why =
      code === 'EACCES' || code === 'EPERM'
        ? `${path} may not be written by this user; run it as root, or choose other places with --config and --data`
        : (error as Error).message;
    throw new AppError('unavailable', `Nothing was written: ${why}.`, { cause: error });
  } finally {
    for (const handle of held) await handle.close();
  }
}

type Undo = (() => Promise<unknown>)[];

/** A folder that is there stays as it is. */
async function makeFolder(path: string, mode: number, owner: Owner | undefined, undo: Undo): Promise<void> {
  if (await stat(path).catch(() => undefined)) return;
  const parent = dirname(path);
  if (parent !== path) await makeFolder(parent, 0o755, undefined, undo);
  await mkdir(path, { mode });
  undo.push(() => rmdir(path));
  // The umask may have taken bits away.
  await chmod(path, mode);
  if (owner) await chown(path, owner.uid, owner.gid);
}

/** New keys in a folder beside theirs. A folder that was there empty gives way to it. */
async function makeKeys(
  plan: Plan,
  { folder, keyFile }: NonNullable<Plan['newKeys']>,
  aside: string,
  owner: Owner | undefined,
  { undo, held }: { undo: Undo; held: FileHandle[] },
): Promise<{ from: string; to: string }[]> {
  const draft = `${folder}${aside}`;
  const draftKeyFile = keyFile === undefined ? undefined : `${keyFile}${aside}`;
  await makeFolder(dirname(folder), DATA_FOLDER_MODE, owner, undo);
  await mkdir(draft, { mode: DATA_FOLDER_MODE });
  const own = owner && (await hold(draft, held));
  const inside = own?.path ?? draft;
  undo.push(async () => {
    for (const name of await readdir(inside)) await unlink(join(inside, name));
    await rmdir(draft);
  });
  if (draftKeyFile) undo.push(() => rm(draftKeyFile, { force: true }));
  await openKeys(inside, draftKeyFile === undefined ? await sealingSecret(plan.layout) : { keyFile: draftKeyFile });
  if (owner && own) {
    for (const name of await readdir(inside)) await lchown(join(inside, name), owner.uid, owner.gid);
    await own.handle.chown(owner.uid, owner.gid);
    if ((await lstat(draft)).ino !== (await own.handle.stat()).ino) throw new AppError('unavailable', INTERFERED);
    if (draftKeyFile) await chown(draftKeyFile, owner.uid, owner.gid);
  }
  return [
    ...(keyFile === undefined || draftKeyFile === undefined ? [] : [{ from: draftKeyFile, to: keyFile }]),
    { from: draft, to: folder },
  ];
}

const INTERFERED = 'Somebody changes the data folder meanwhile; stop the backend, see who that is, and try again.';

/**
 * A folder that was made just now, by a name that leads to it whatever is done to its path: whoever owns the folder
 * above can put a link in its place, and root would hand over the files that the link leads to. Where there is no /proc
 * it is the path all the same.
 */
async function hold(path: string, held: FileHandle[]): Promise<{ handle: FileHandle; path: string }> {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW).catch(() => {
    throw new AppError('unavailable', INTERFERED);
  });
  held.push(handle);
  const { uid, mode } = await handle.stat();
  if (uid !== process.geteuid?.() || (mode & 0o077) !== 0) throw new AppError('unavailable', INTERFERED);
  return { handle, path: process.platform === 'linux' ? `/proc/self/fd/${handle.fd}` : path };
}

async function writeWhole(path: string, text: string, mode: number, owner: Owner | undefined): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    if (owner) await handle.chown(owner.uid, owner.gid);
    await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** @param backup where a file that is in the way goes; undefined: none may be. One that came since is never overwritten */
async function moveInto(from: string, to: string, backup: string | undefined, undo: Undo): Promise<void> {
  const there = await stat(to).catch(() => undefined);
  if (there?.isDirectory()) {
    // Only an empty one lets itself be replaced.
    await rename(from, to);
    undo.push(() => rm(to, { recursive: true, force: true }));
    return;
  }
  if (there && backup !== undefined) {
    await rename(to, backup);
    undo.push(() => rename(backup, to));
  }
  if ((await stat(from)).isDirectory()) {
    await rename(from, to);
    undo.push(() => rm(to, { recursive: true, force: true }));
  } else {
    await link(from, to);
    undo.push(() => unlink(to));
    await unlink(from);
  }
}
