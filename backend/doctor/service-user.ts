import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Whom the backend runs as. */
export interface ServiceUser {
  readonly name: string;
  readonly uid: number;
  /** Its own group and those it is in besides. */
  readonly gids: readonly number[];
}

/** Node has it; its types leave it out. */
const { initgroups } = process as unknown as { initgroups: (user: string, extraGroup: number) => void };
const run = promisify(execFile);

/** A user of this system, by name; undefined when there is none. */
export async function userNamed(name: string): Promise<(ServiceUser & { gid: number }) | undefined> {
  try {
    const [uid, gid, gids] = await Promise.all(
      ['-u', '-g', '-G'].map(async (what) => (await run('id', [what, name])).stdout.trim()),
    );
    return { name, uid: Number(uid), gid: Number(gid), gids: (gids ?? '').split(' ').map(Number) };
  } catch {
    return undefined;
  }
}

/** The name of a user id; its number where the system knows no name. */
export async function nameOfUser(uid: number): Promise<string> {
  return (await listedUser(uid))?.name ?? `user ${uid}`;
}

/** passwd(5): name and own group of a user id; undefined where the system knows none. */
async function listedUser(uid: number): Promise<{ name: string; gid: number } | undefined> {
  const line = await run('getent', ['passwd', String(uid)]).then(
    ({ stdout }) => stdout,
    () => '',
  );
  const [name, , , gid] = line.split(':');
  return name && gid !== undefined ? { name, gid: Number(gid) } : undefined;
}

/**
 * The backend runs as whoever owns its data folder. Root becomes that user here, for good, so that everything is seen as
 * the backend will see it; nobody else can.
 */
export async function becomeServiceUser(dataFolder: string): Promise<ServiceUser> {
  const owner = await stat(dataFolder).catch(() => undefined);
  if (process.getuid?.() === 0 && owner && owner.uid !== 0) {
    const listed = await listedUser(owner.uid);
    // The folder's group may be root's still: its owner is not in it for that.
    const gid = listed?.gid ?? owner.gid;
    if (listed) initgroups(listed.name, gid);
    // A user that the system has no name for is in no other group.
    else process.setgroups?.([gid]);
    process.setgid?.(gid);
    process.setuid?.(owner.uid);
  }
  const uid = process.getuid?.() ?? 0;
  return { name: await nameOfUser(uid), uid, gids: [process.getgid?.() ?? 0, ...(process.getgroups?.() ?? [])] };
}
