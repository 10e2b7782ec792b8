import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './folders.ts';
import { firstLine, type Program, startProgram } from './processes.ts';

/** Somebody whom the demo's identity provider signs in. */
export interface DemoPerson {
  email: string;
  name: string;
  groups: string[];
  does: string;
}

/** A running backend with its embedded database, identity provider, target host and gateway. */
export interface DemoBackend {
  /** Origin of its HTTP API. */
  address: string;
  gateway: { host: string; port: number };
  people: DemoPerson[];
  /** Everything that it keeps lies in here, `backend.log` too. */
  data: string;
  program: Program;
  log(): Promise<string>;
  /** Ends it as an operator would: it finishes what it does and stops its parts in order. */
  stop(): Promise<void>;
}

/** PostgreSQL writes its last checkpoint before it ends. */
const STOP_MS = 20_000;

/** Starts the built backend in demo mode in a folder, new or used before. Rejects with what it says when it cannot. */
export async function startDemoBackend(folder: string, args: readonly string[] = []): Promise<DemoBackend> {
  const bundle = join(ROOT, 'out/backend/index.js');
  const program = startProgram(process.execPath, ['--enable-source-maps', bundle, 'demo', '--data', folder, ...args]);
  if (!program.child.stdout) throw new Error('The backend has no output to read.');
  try {
    const ready = JSON.parse(await firstLine(program, program.child.stdout, 'The backend')) as ReadyLine;
    const { address, gateway, people, data } = ready;
    return {
      address,
      gateway,
      people,
      data,
      program,
      log: () => readFile(join(folder, 'backend.log'), 'utf8'),
      stop: () => program.stop(STOP_MS),
    };
  } catch (error) {
    await program.stop(STOP_MS);
    throw error;
  }
}

interface ReadyLine {
  event: 'ready';
  address: string;
  gateway: { host: string; port: number };
  people: DemoPerson[];
  data: string;
}
