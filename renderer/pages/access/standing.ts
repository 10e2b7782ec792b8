import type { HeldGrant } from '../../../protocol/ipc/snapshot.ts';

/** How long an ended grant stays on the access page, ms: long enough to see why and ask again. */
export const JUST_ENDED_MS = 10 * 60_000;

export interface Standing {
  /** Running, or at its end and not yet told so by main. */
  live: HeldGrant[];
  scheduled: HeldGrant[];
  justEnded: HeldGrant[];
}

/** Sorts my grants by how they stand at a moment of the backend's clock. */
export function standing(grants: readonly HeldGrant[], now: number): Standing {
  const sorted: Standing = { live: [], scheduled: [], justEnded: [] };
  for (const held of grants) {
    const { status } = held.grant;
    if (status.state === 'ended') {
      if (now - status.endedAt < JUST_ENDED_MS) sorted.justEnded.push(held);
    } else sorted[status.state].push(held);
  }
  return sorted;
}
