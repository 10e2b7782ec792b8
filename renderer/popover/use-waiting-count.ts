import { useNow } from '../store/clock.ts';
import { useSnapshot } from '../store/snapshot.ts';
import { waitingForMe } from './tabs.ts';

/** How many requests wait for my word now; a lapsed one stops counting by itself. */
export function useWaitingCount(): number {
  const snapshot = useSnapshot((s) => s);
  return waitingForMe(snapshot, useNow()).length;
}
