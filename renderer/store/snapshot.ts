import { create } from 'zustand';
import type { Snapshot } from '../../protocol/ipc/snapshot.ts';
import { bridge, send } from '../bridge.ts';

const snapshots = create<{ snapshot: Snapshot | null }>(() => ({ snapshot: null }));

/** Takes a snapshot unless a newer one is already here: the first answer and the pushes may cross. */
function take(next: Snapshot): void {
  const now = snapshots.getState().snapshot;
  if (now === null || next.revision >= now.revision) snapshots.setState({ snapshot: next });
}

/** Follows main's truth. Returns the function that stops. */
export function followMain(): () => void {
  const stop = bridge.onSnapshot(take);
  void send('snapshot.show', {}).then((result) => {
    if (result.ok) take(result.value);
  });
  return stop;
}

/** Whether the first snapshot is here; nothing below the root is drawn before. */
export function useHasSnapshot(): boolean {
  return snapshots((s) => s.snapshot !== null);
}

/** A part of main's truth. */
export function useSnapshot<T>(pick: (snapshot: Snapshot) => T): T {
  return snapshots((s) => pick(present(s.snapshot)));
}

/** Main's truth now, outside of drawing. */
export function currentSnapshot(): Snapshot {
  return present(snapshots.getState().snapshot);
}

function present(snapshot: Snapshot | null): Snapshot {
  if (snapshot === null) throw new Error('drawn before the first snapshot');
  return snapshot;
}
