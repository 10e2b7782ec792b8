import { execFile } from 'node:child_process';

/** How a program ended, and all that it wrote. */
export interface Outcome {
  /** null when a signal ended it. */
  status: number | null;
  stdout: string;
  /** Both streams, for the failure of a test. */
  output: string;
}

interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
  /** ms */
  timeout?: number;
}

/** Runs a program to its end, whatever that is. Rejects only when it could not be started or took too long. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const timeout = options.timeout ?? 60_000;
  return new Promise((resolve, reject) => {
    const limits = { timeout, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 * 1024, encoding: 'utf8' } as const;
    const child = execFile(program, args, { ...options, ...limits }, (error, stdout, stderr) => {
      const output = stdout + stderr;
      if (error?.killed) reject(new Error(`${program} took longer than ${timeout} ms:\n${output}`));
      else if (error && typeof error.code === 'string') reject(error);
      else resolve({ status: child.exitCode, stdout, output });
    });
    child.stdin?.end();
  });
}

/** What a program wrote to its output. Throws with all it said when it did not end well. */
export async function outputOf(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { status, stdout, output } = await run(program, args, options);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}:\n${output}`);
  return stdout;
}
