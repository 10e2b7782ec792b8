import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Whether a process runs, and is the one we mean: `argument`, which is in no other command line of this computer, must
 * be one of its own. A process id alone may by now be another's.
 */
export function carries(pid: number, argument: string): boolean {
  try {
    return commandLine(pid).includes(argument);
  } catch {
    return false;
  }
}

/** Kills a process if it carries the argument, also a stopped one. @returns whether it was killed */
export function killCarrying(pid: number, argument: string): boolean {
  try {
    return carries(pid, argument) && process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

/** @throws when there is no such process */
function commandLine(pid: number): string {
  if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  return execFileSync('/bin/ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8', timeout: 1_000 });
}
