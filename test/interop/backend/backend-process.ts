import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { BUILT_BACKEND } from '../../support/built-backend.ts';

const readySchema = z.object({
  event: z.literal('ready'),
  address: z.url(),
  gateway: z.object({ host: z.string(), port: z.number() }),
  people: z.array(z.object({ email: z.string(), name: z.string(), groups: z.array(z.string()), does: z.string() })),
  data: z.string(),
});

/** The backend as a process of its own, as people start it. */
export interface BackendProcess {
  readonly ready: z.infer<typeof readySchema>;
  readonly child: ChildProcess;
  readonly pid: number;
  /** Ends it with a signal and waits until it is gone. Resolves to its exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export function spawnBackend(words: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, [...BUILT_BACKEND, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
}

/** Starts a demo backend and waits for its ready line. */
export async function startDemoProcess(folder: string, more: readonly string[] = []): Promise<BackendProcess> {
  const child = spawnBackend(['demo', '--data', folder, ...more]);
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const line = await Promise.race([
    once(lines, 'line').then(([text]) => text as string),
    once(child, 'exit').then(() => {
      throw new Error(`The backend did not start: ${complaint}`);
    }),
  ]);
  return {
    ready: readySchema.parse(JSON.parse(line)),
    child,
    pid: child.pid ?? 0,
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      child.kill(signal);
      const [code] = (await once(child, 'exit')) as [number | null];
      return code;
    },
  };
}

/** What a start that is meant to fail says, and its exit code. */
export async function failedStart(
  words: readonly string[],
): Promise<{ code: number | null; said: string; out: string }> {
  const child = spawnBackend(words);
  let [said, out] = ['', ''];
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said: said.trim(), out };
}
