// Starting and ending other programs so that none is left behind.
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/** How long a program may take to end by itself before it is killed, unless told otherwise. */
const GRACE_MS = 5_000;
const TAIL_CHARACTERS = 8_000;

/** A program that we started. It leads a process group of its own, so that Ctrl-C in a terminal reaches us alone. */
export interface Program {
  readonly child: ChildProcess;
  /** Resolves when it has ended, with how: "exit status 3" or "SIGKILL". Never rejects. */
  readonly ended: Promise<string>;
  /** The end of what it wrote to stderr (or to stdout, where only that is piped). */
  tail(): string;
  /** Asks it to end, waits, and sees to it that nothing of its group is left. */
  stop(graceMs?: number): Promise<void>;
}

/** Starts a program. stdin is closed and what it writes is kept unless `options.stdio` says otherwise. */
export function startProgram(command: string, args: readonly string[], options: SpawnOptions = {}): Program {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options, detached: true });
  let tail = '';
  (child.stderr ?? child.stdout)?.on('data', (bytes: Buffer) => {
    tail = (tail + bytes.toString()).slice(-TAIL_CHARACTERS);
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit status ${code}`));
  });
  // Our own end may be a crash: those that stop parts of their own in order get the time to do so.
  const endWithUs = () => child.kill('SIGTERM');
  process.once('exit', endWithUs);
  void ended.then(() => process.off('exit', endWithUs));
  // The group outlives its leader as long as it has a member: whoever the leader left behind ends with it.
  void ended.then(() => signalGroup(child, 'SIGKILL'));
  return {
    child,
    ended,
    tail: () => tail,
    async stop(graceMs = GRACE_MS) {
      if (child.pid === undefined) return;
      child.kill('SIGTERM');
      const kill = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
      await ended;
      clearTimeout(kill);
    },
  };
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nobody is left in it.
  }
}

/** The first line that a program writes to a stream. Rejects with its last words if it ends before. */
export async function firstLine(program: Program, stream: Readable, name: string): Promise<string> {
  const line = new Promise<string>((resolve) => {
    let text = '';
    stream.setEncoding('utf8');
    stream.on('data', (more: string) => {
      text += more;
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
  });
  const end = program.ended.then((how) => {
    throw new Error(`${name} ended before it was ready (${how}).${program.tail() && `\n${program.tail().trim()}`}`);
  });
  return Promise.race([line, end]);
}
