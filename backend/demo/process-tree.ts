import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Kills a process of ours and all that came from it, by parentage: the sessions of an sshd are in process groups of
 * their own. Each is held still before the next look, so that none is forked behind our back.
 */
export async function killTree(root: number): Promise<void> {
  const held = new Set<number>();
  for (let fresh = [root]; fresh.length > 0; fresh = (await family(root)).filter((pid) => !held.has(pid))) {
    for (const pid of fresh) {
      held.add(pid);
      send(pid, 'SIGSTOP');
    }
  }
  for (const pid of held) send(pid, 'SIGKILL');
}

async function family(root: number): Promise<number[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=']);
  const pairs = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const found = [root];
  for (const parent of found) {
    for (const [pid, ppid] of pairs) if (ppid === parent && pid !== undefined) found.push(pid);
  }
  return found;
}

function send(pid: number, signal: 'SIGSTOP' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself meanwhile.
  }
}
