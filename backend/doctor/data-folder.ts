import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type FileFacts, factsOfFile } from './file-facts.ts';
import { type Finding, findingsOf } from './finding.ts';
import type { ServiceUser } from './service-user.ts';

const { ok, warning, wrong } = findingsOf('data folder');

const MIB = 1024 * 1024;
/** PostgreSQL stops when it can write no more; its log segments alone take 64 MiB. */
const TOO_LITTLE = 200 * MIB;
const LITTLE = 2048 * MIB;

export interface DataFolderFacts {
  readonly path: string;
  readonly folder: FileFacts | undefined;
  readonly freeBytes: number | undefined;
}

export async function probeDataFolder(path: string): Promise<DataFolderFacts> {
  const folder = await factsOfFile(path);
  const disk = await statfs(folder ? path : dirname(path)).catch(() => undefined);
  return { path, folder, freeBytes: disk && disk.bavail * disk.bsize };
}

export function judgeDataFolder({ path, folder, freeBytes }: DataFolderFacts, service: ServiceUser): Finding[] {
  if (!folder)
    return [wrong(`The data folder ${path} is not there; run \`sallyport init\`, or make it for the backend's user.`)];
  const findings: Finding[] = [];
  const mine = folder.uid === service.uid;
  if (service.uid !== 0 && !(mine && (folder.mode & 0o300) === 0o300))
    findings.push(wrong(`The user ${service.name} may not write ${path}; run: chown ${service.name} ${path}`));
  // Walking through alone is harmless, and needed where root keeps the database under another user.
  if ((folder.mode & 0o022) !== 0) findings.push(wrong(`Others may write ${path}; run: chmod go-w ${path}`));
  else if ((folder.mode & 0o004) !== 0)
    findings.push(warning(`Everybody can look into ${path}; run: chmod o-r ${path}`));
  const free = freeBytes === undefined ? undefined : `${Math.floor(freeBytes / MIB)} MiB`;
  if (freeBytes !== undefined && freeBytes < TOO_LITTLE)
    findings.push(wrong(`Only ${free} are free for ${path}: the database will stop; make room.`));
  else if (freeBytes !== undefined && freeBytes < LITTLE)
    findings.push(warning(`Only ${free} are free for ${path}; the audit log grows for ever, so make room.`));
  if (findings.length > 0) return findings;
  return [ok(`${path} has the right owner and mode${free === undefined ? '' : `, and ${free} free`}.`)];
}
