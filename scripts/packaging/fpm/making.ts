import { spawnSync } from 'node:child_process';
import type { Order } from './order.ts';
import type { Entry } from './tree.ts';

/** One package being made. */
export interface Making {
  order: Order;
  /** Folder for what is needed only meanwhile. */
  work: string;
  /** The laid-out files. */
  root: string;
  entries: readonly Entry[];
  /** The moment that all of it says it was made, seconds since 1970. */
  epoch: number;
  /** How hard to compress: 1 is quick, 9 is small. */
  level: number;
}

/** Runs a tool of the system. @throws with its name when it fails or is missing */
export function tool(program: string, args: readonly string[], { cwd, epoch }: { cwd?: string; epoch?: number } = {}) {
  const env = {
    ...process.env,
    LC_ALL: 'C.UTF-8',
    ...(epoch === undefined ? {} : { SOURCE_DATE_EPOCH: String(epoch) }),
  };
  const done = spawnSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'], env, ...(cwd ? { cwd } : {}) });
  if (done.error !== undefined) throw new Error(`fpm: ${program} cannot be run: ${done.error.message}`);
  if (done.status !== 0) throw new Error(`fpm: ${program} failed (${done.status ?? done.signal}).`);
}

/** The system's word for a processor, where it is not the one that electron-builder uses. */
export function architectureOf({ architecture }: Order, names: Readonly<Record<string, string>>): string {
  return names[architecture] ?? architecture;
}
