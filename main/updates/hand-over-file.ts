import { readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';
import { versionSchema } from '../../protocol/update/feed.ts';
import { handOverPath, handOverWaits } from './hand-over-waits.ts';
import { writeKept } from './kept-file.ts';

/*
 * A newer version that lies ready beside this one. The next start of the older version exchanges the two, starts the newer
 * one and stays until that one's tray is up; else it exchanges them back.
 *
 *   (none) ── prepared ──▶ ready ── a start of the older one ──▶ trying ── the newer one removes it ──▶ (none)
 *                                                                  └────── the older one removes it, and comes back
 */
const handOverSchema = z.object({
  state: z.enum(['ready', 'trying']),
  /** The installation that is exchanged. */
  path: z.string(),
  version: versionSchema,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Of which backend its feed was. */
  backend: z.string().max(300),
  /** By which pinned keys its feed was believed (protocol/update/trust.ts). */
  pinned: z.string().max(100),
});
export type HandOver = z.infer<typeof handOverSchema>;

/** undefined when there is none, or none that makes sense. */
export function readHandOver(dataFolder: string): HandOver | undefined {
  try {
    return handOverSchema.safeParse(JSON.parse(readFileSync(handOverPath(dataFolder), 'utf8'))).data;
  } catch {
    return undefined;
  }
}

export function writeHandOver(dataFolder: string, handOver: HandOver): Promise<void> {
  return writeKept(handOverPath(dataFolder), handOver);
}

export function removeHandOver(dataFolder: string): void {
  rmSync(handOverPath(dataFolder), { force: true });
}

/** This version runs: whoever waits for it to come up need wait no longer. */
export function confirmStart(dataFolder: string, runningVersion: string): void {
  if (!handOverWaits(dataFolder)) return;
  const { state, version } = readHandOver(dataFolder) ?? {};
  if (state === 'trying' && version === runningVersion) removeHandOver(dataFolder);
}
