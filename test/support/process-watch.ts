import { readFileSync } from 'node:fs';

/** How often a process is looked for, ms: the resolution of the time that `processGone` tells. */
const LOOK_MS = 2;

/**
 * Whether a process of this machine still runs. One that is dead and waits for its parent to notice (a zombie) does not:
 * an orphan's new parent may take seconds to look.
 */
export function processLives(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // proc(5): the state follows the name, which stands in parentheses and may hold any character.
    return !/^\) [ZX]/.test(stat.slice(stat.lastIndexOf(')')));
  } catch {
    return false;
  }
}

/** When a process that is not our child has ended: epoch ms. The kernel tells only its parent, so this looks. */
export function processGone(pid: number, timeoutMs: number): Promise<number> {
  const until = Date.now() + timeoutMs;
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (!processLives(pid)) resolve(Date.now());
      else if (Date.now() > until) reject(new Error(`Process ${pid} still runs after ${timeoutMs} ms.`));
      else setTimeout(look, LOOK_MS);
    };
    look();
  });
}

/** The nearest process above one, or itself, that runs this program (proc(5), /proc/PID/status). @throws Error when there is none */
export function ancestor(pid: number, program: string): number {
  const [, name, parent] =
    /^Name:\t(.*)$[\s\S]*^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  if (name === program) return pid;
  if (!parent || parent === '0') throw new Error(`No ${program} is above the process.`);
  return ancestor(Number(parent), program);
}
