import type { HeldGrant } from '../../../protocol/ipc/snapshot.ts';
import type { AccessRequest } from '../../../protocol/model/request.ts';

/** How long an ended grant stays on the access page, ms: long enough to see why and ask again. */
export const JUST_ENDED_MS = 10 * 60_000;

export interface Standing {
  /** Running, or at its end and not yet told so by main. */
  live: HeldGrant[];
  /** Past its end, while policy lets open sessions finish. */
  draining: HeldGrant[];
  scheduled: HeldGrant[];
  justEnded: HeldGrant[];
}

/** Sorts my grants by how they stand at a moment of the backend's clock. */
export function standing(grants: readonly HeldGrant[], now: number): Standing {
  const sorted: Standing = { live: [], draining: [], scheduled: [], justEnded: [] };
  for (const held of grants) {
    const { status, endsAt, drainSeconds } = held.grant;
    if (status.state === 'ended') {
      if (now - status.endedAt < JUST_ENDED_MS) sorted.justEnded.push(held);
    } else if (status.state === 'scheduled') sorted.scheduled.push(held);
    else if (drainSeconds > 0 && now >= endsAt) sorted.draining.push(held);
    else sorted.live.push(held);
  }
  return sorted;
}

/** The last thing I asked of a grant in the way of more time. @param requests mine, newest first */
export function lastExtension(requests: readonly AccessRequest[], grantId: string): AccessRequest | undefined {
  return requests.find((request) => request.extendsGrantId === grantId && request.state !== 'cancelled');
}
