import { powerMonitor } from 'electron';

/** Calls `act` when the computer wakes up or is unlocked. On Linux each comes twice. Returns what stops it. */
export function onWake(act: () => void): () => void {
  powerMonitor.on('resume', act);
  powerMonitor.on('unlock-screen', act);
  return () => {
    powerMonitor.off('resume', act);
    powerMonitor.off('unlock-screen', act);
  };
}
