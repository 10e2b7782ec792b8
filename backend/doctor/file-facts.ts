import { stat } from 'node:fs/promises';
import type { ServiceUser } from './service-user.ts';

/** What the system says of a file or folder; undefined: it is not there, or may not be looked at. */
export interface FileFacts {
  readonly path: string;
  /** Permission bits only. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export async function factsOfFile(path: string): Promise<FileFacts | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found && { path, mode: found.mode & 0o777, uid: found.uid, gid: found.gid };
}

/** Whether others than root and the service's own user may write it. */
export function othersMayWrite({ mode, uid }: FileFacts, service: ServiceUser): boolean {
  return (mode & 0o002) !== 0 || (mode & 0o020) !== 0 || (uid !== 0 && uid !== service.uid);
}

/** Whether the service's user may read it. Root may read everything. */
export function mayRead({ mode, uid, gid }: FileFacts, service: ServiceUser): boolean {
  if (service.uid === 0) return true;
  if (uid === service.uid) return (mode & 0o400) !== 0;
  return (mode & (service.gids.includes(gid) ? 0o040 : 0o004)) !== 0;
}

/** What is wrong with a file that holds a secret, and what to do; undefined: nothing. */
export function troubleWithSecret(what: string, facts: FileFacts | undefined, path: string, service: ServiceUser) {
  if (!facts) return `The ${what} ${path} is not there, or ${service.name} may not look into its folder.`;
  if (!mayRead(facts, service)) return `The user ${service.name} may not read the ${what} ${path}; give it the file.`;
  if ((facts.mode & 0o007) !== 0)
    return `Everybody on this computer can read the ${what} ${path}; run: chmod o= ${path}`;
  if (othersMayWrite(facts, service)) return `Others may write the ${what} ${path}; run: chmod go-w ${path}`;
  return undefined;
}
