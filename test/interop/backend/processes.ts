import { readdir, readFile } from 'node:fs/promises';

/** Every process below this one, from /proc (Linux). */
export async function descendants(root: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    if (parent > 0) parents.set(Number(name), parent);
  }
  const found = [root];
  for (const each of found) for (const [pid, parent] of parents) if (parent === each) found.push(pid);
  return found.slice(1);
}

/** Those of these processes that still run (a zombie does not). */
export async function stillRunning(pids: readonly number[]): Promise<number[]> {
  const states = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      return { pid, state: stat.slice(stat.lastIndexOf(')') + 2).split(' ')[0] ?? '' };
    }),
  );
  return states.filter(({ state }) => state !== '' && state !== 'Z').map(({ pid }) => pid);
}

export async function untilGone(pids: readonly number[], withinMs: number): Promise<void> {
  for (const end = Date.now() + withinMs; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const left = await stillRunning(pids);
    if (left.length === 0) return;
    if (Date.now() > end) throw new Error(`Still running: ${left.join(', ')}.`);
  }
}
