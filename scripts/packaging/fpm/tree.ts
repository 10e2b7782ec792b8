import { chmodSync, cpSync, lstatSync, lutimesSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Order } from './order.ts';

/** One thing that the package holds, by its absolute path on the system it is installed on. */
export interface Entry {
  path: string;
  kind: 'file' | 'folder' | 'link';
  bytes: number;
}

/**
 * Lays out what the package holds under `root`, the same whoever runs it: files are 644 or 755, folders 755, nothing is
 * setuid, and all were changed at the same moment.
 * @param changedAt seconds since 1970
 */
export function layOut(order: Order, root: string, changedAt: number): Entry[] {
  mkdirSync(root, { recursive: true });
  for (const { from, to } of order.mappings) {
    const isFolder = lstatSync(from.replace(/\/+$/, '')).isDirectory();
    const target = join(root, !isFolder && to.endsWith('/') ? join(to, basename(from)) : to);
    mkdirSync(isFolder ? target : dirname(target), { recursive: true });
    // verbatimSymlinks: a link says the same wherever it lies.
    cpSync(from, target, { recursive: true, verbatimSymlinks: true });
  }
  for (const path of order.exclude) rmSync(join(root, path), { recursive: true, force: true });
  for (const path of order.directories) mkdirSync(join(root, path), { recursive: true });
  const entries = listTree(root);
  for (const { path, kind } of entries) {
    const full = join(root, path);
    if (kind === 'folder') chmodSync(full, 0o755);
    if (kind === 'file') chmodSync(full, (lstatSync(full).mode & 0o111) === 0 ? 0o644 : 0o755);
    lutimesSync(full, changedAt, changedAt);
  }
  chmodSync(root, 0o755);
  lutimesSync(root, changedAt, changedAt);
  return entries;
}

/** Everything under `root`, sorted by path; a folder comes before what is in it. */
export function listTree(root: string, under = ''): Entry[] {
  const names = readdirSync(join(root, under)).sort();
  return names.flatMap((name): Entry[] => {
    const path = `${under}/${name}`;
    const found = lstatSync(join(root, path));
    if (found.isDirectory()) return [{ path, kind: 'folder', bytes: 0 }, ...listTree(root, path)];
    if (found.isSymbolicLink()) return [{ path, kind: 'link', bytes: 0 }];
    return [{ path, kind: 'file', bytes: found.size }];
  });
}

/** What the installed files take, bytes. */
export function bytesOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, { bytes }) => sum + bytes, 0);
}
