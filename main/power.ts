import { powerMonitor } from 'electron';
import { onLockSignals } from './lock-signals.ts';

/** Calls `act` when the computer wakes up or is unlocked. On Linux each comes twice. Returns what stops it. */
export function onWake(act: () => void): () => void {
  powerMonitor.on('resume', act);
  powerMonitor.on('unlock-screen', act);
  return () => {
    powerMonitor.off('resume', act);
    powerMonitor.off('unlock-screen', act);
  };
}

/** How long no key and no mouse was touched on this computer, s. 0 where the desktop does not tell (some Wayland ones). */
export function idleSeconds(): number {
  return powerMonitor.getSystemIdleTime();
}

/** Tells when the screen is locked and unlocked, perhaps more than once. Returns what stops it. */
export function onScreenLock(told: (locked: boolean) => void, onEnd: (error?: Error) => void): () => void {
  if (process.platform === 'linux') return onLockSignals(process.env, told, onEnd);
  const lock = (): void => told(true);
  const unlock = (): void => told(false);
  powerMonitor.on('lock-screen', lock);
  powerMonitor.on('unlock-screen', unlock);
  return () => {
    powerMonitor.off('lock-screen', lock);
    powerMonitor.off('unlock-screen', unlock);
  };
}

/** Calls `act` when the computer is shut down or the person logs out (macOS). */
export function onShutdown(act: () => void): void {
  // On Linux a listener would hold the shutdown up until it is answered; nothing here needs to.
  if (process.platform === 'darwin') powerMonitor.on('shutdown', act);
}
