import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Access, World } from './world.ts';

/** From the decision to the end of the process on the target. */
export const CUT_MS = 250;

export interface Running {
  readonly child: ChildProcess;
  /** Process id on the target. */
  readonly pid: number;
  readonly closed: Promise<{ code: number | null; at: number }>;
  stderr(): string;
  stdout(): string;
}

/** Starts a command on the target that first prints its process id, and waits for that. */
export async function start(
  world: World,
  access: Access,
  command: string,
  options: readonly string[] = [],
): Promise<Running> {
  const args = world.sshArguments(access, [...options, '127.0.0.1', `echo pid $$; exec ${command}`]);
  const child = spawn('ssh', args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const closed = new Promise<{ code: number | null; at: number }>((resolve) =>
    child.once('close', (code) => resolve({ code, at: Date.now() })),
  );
  let [stdout, stderr] = ['', ''];
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const pid = await new Promise<number>((resolve, reject) => {
    child.once('close', () => reject(new Error(`ssh ended before its command ran: ${stderr}`)));
    child.stdout.setEncoding('latin1').on('data', (text: string) => {
      if (stdout.length < 10_000) stdout += text;
      const found = /pid (\d+)/.exec(stdout);
      if (found) resolve(Number(found[1]));
    });
  });
  return { child, pid, closed, stderr: () => stderr, stdout: () => stdout };
}

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`) || signalled(pid);
}

function signalled(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Epoch ms when a process was seen to be gone. A zombie that waits for its parent is gone. */
export async function gone(pid: number): Promise<number> {
  const deadline = Date.now() + 5_000;
  while (isAlive(pid) && !(await isZombie(pid))) {
    if (Date.now() > deadline) throw new Error(`process ${pid} lives on`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return Date.now();
}

async function isZombie(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return /\) Z /.test(stat);
}
