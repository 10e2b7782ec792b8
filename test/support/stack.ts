import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DemoBackend, startDemoBackend } from '../../scripts/demo-backend.ts';
import { removeFolder } from './folder.ts';

/** The server side of a test: the built backend and all it starts, in a folder that is deleted with it. */
export interface Stack {
  /** The backend as it runs now: another one after `restart()`. */
  readonly backend: DemoBackend;
  /** Ends the backend as an operator does, or as a power cut does, and starts it again on the same folder and ports. */
  restart(how?: 'stop' | 'kill'): Promise<void>;
  dispose(): Promise<void>;
}

export async function startStack(): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-stack-'));
  let backend: DemoBackend;
  try {
    backend = await startDemoBackend(folder);
  } catch (error) {
    await removeFolder(folder);
    throw error;
  }
  return {
    get backend() {
      return backend;
    },
    async restart(how = 'stop') {
      if (how === 'stop') await backend.stop();
      else backend.program.child.kill('SIGKILL');
      await backend.program.ended;
      backend = await startDemoBackend(folder);
    },
    async dispose() {
      await backend.stop();
      await removeFolder(folder);
    },
  };
}
