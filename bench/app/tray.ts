import { setTimeout as pause } from 'node:timers/promises';
import { startProgram } from '../../scripts/processes.ts';
import { Desktop } from '../../test/support/desktop/desktop.ts';
import { proportionalMegabytes } from '../memory.ts';
import type { Contender, Stage } from './stage.ts';

export interface TrayOnly {
  /** From the start of the program to its icon's arrival in the tray. */
  readyMs: number;
  /** Of all its processes, with no window open. */
  pssMb: number;
}

/** Starts an app as the session does at login, and looks at it once it has settled. */
export async function trayOnly(
  { executable, display }: Stage,
  contender: Contender,
  settleMs: number,
): Promise<TrayOnly> {
  const desktop = await Desktop.start();
  const env = { ...process.env, ...desktop.env, DISPLAY: display };
  const started = performance.now();
  const args = ['--no-sandbox', `--user-data-dir=${contender.profile}`, ...contender.args];
  const program = startProgram(executable, args, { env, stdio: 'ignore' });
  try {
    await desktop.tray.item();
    const readyMs = performance.now() - started;
    await pause(settleMs);
    return { readyMs, pssMb: await proportionalMegabytes(program.child.pid ?? 0) };
  } finally {
    await program.stop();
    await desktop.dispose();
  }
}
