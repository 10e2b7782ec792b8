import { execFile } from 'node:child_process';

/** How long a program of the system may take, ms. */
const PATIENCE_MS = 10_000;
const LARGEST_BYTES = 1024 * 1024;

export interface Ran {
  /** null: it did not end by itself, or could not be started. */
  readonly code: number | null;
  readonly stdout: Buffer;
}

/** Runs a program of the system by its absolute path, with nothing of the person's environment. Never throws. */
export type RunSystemProgram = (
  path: string,
  args: readonly string[],
  options?: { env?: Record<string, string>; input?: Uint8Array },
) => Promise<Ran>;

export const runSystemProgram: RunSystemProgram = (path, args, { env = {}, input } = {}) =>
  new Promise((resolve) => {
    const child = execFile(
      path,
      [...args],
      { env, timeout: PATIENCE_MS, maxBuffer: LARGEST_BYTES, encoding: 'buffer', windowsHide: true, shell: false },
      (error, stdout) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
        resolve({ code, stdout });
      },
    );
    // It may end before it has read everything.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
