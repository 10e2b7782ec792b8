import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Kills a process, if it is the one we mean: `argument`, which is in no other command line of this computer, must be one
 * of its own. A process id alone may by now be another's. @returns whether it was killed
 */
export function killCarrying(pid: number, argument: string): boolean {
  try {
    if (!commandLine(pid).includes(argument)) return false;
    // Also of a stopped process, which would answer no other signal.
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}

/** @throws when there is no such process */
function commandLine(pid: number): string {
  if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  return execFileSync('/bin/ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8', timeout: 1_000 });
}
