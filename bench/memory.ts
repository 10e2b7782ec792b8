import { readdir, readFile } from 'node:fs/promises';

/**
 * Memory of a process and all it has started, in MB: the sum of PSS, which counts a page shared by n processes as 1/n in
 * each (proc(5), smaps_rollup). The sum of RSS would count Chromium's shared pages once a process.
 */
export async function proportionalMegabytes(root: number): Promise<number> {
  const pids = await family(root);
  const sizes = await Promise.all(pids.map(pss));
  return sizes.reduce((sum, size) => sum + size, 0) / 1024;
}

async function pss(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0);
}

async function family(root: number): Promise<number[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const parents = new Map<number, number>();
  for (const name of names) {
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const found = [root];
  for (const parent of found) for (const [pid, ppid] of parents) if (ppid === parent) found.push(pid);
  return found;
}
