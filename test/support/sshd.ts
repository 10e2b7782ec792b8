import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTargetHost, type TargetHost, type TargetHostOptions } from '../../backend/demo/target-host.ts';
import { removeFolder } from './folder.ts';

/** A real sshd in a folder of its own under the temp folder; `stop` removes the folder too. */
export async function startSshd(options: Omit<TargetHostOptions, 'folder'>): Promise<TargetHost & { folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-sshd-'));
  const host = await startTargetHost({ ...options, folder });
  return {
    ...host,
    folder,
    async stop() {
      await host.stop();
      await removeFolder(folder);
    },
  };
}
