import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTargetHost } from '../../../backend/demo/target-host.ts';
import { ed25519Blob, formatKeyLine } from '../../../protocol/ssh/public-key.ts';
import { removeFolder } from '../../support/folder.ts';

const userCaLine = formatKeyLine(ed25519Blob(generateKeyPairSync('ed25519').publicKey));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-target-'));
});
afterAll(() => removeFolder(folder));

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

describe('the demo’s target host', () => {
  it('keeps its host key from one start to the next, and is gone once stopped', async () => {
    const first = await startTargetHost({ folder, userCaLine });
    await first.stop();
    expect(await listens(first.port)).toBe(false);
    const second = await startTargetHost({ folder, userCaLine });
    expect(second.hostKeyLine).toBe(first.hostKeyLine);
    await second.stop();
  });

  it('says in one sentence why it does not start', async () => {
    const starting = startTargetHost({ folder: join(folder, 'bad'), userCaLine, config: ['Nonsense yes'] });
    await expect(starting).rejects.toMatchObject({
      ...{ code: 'unavailable', message: expect.stringContaining('bad configuration option') },
    });
  });

  it('does not outlive a kill -9 of the process that started it', async () => {
    const module = join(import.meta.dirname, '../../../backend/demo/target-host.ts');
    const program = `const { startTargetHost } = await import(${JSON.stringify(module)});
      const host = await startTargetHost(${JSON.stringify({ folder: join(folder, 'orphan'), userCaLine })});
      console.log(host.port); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const port = Number(line.toString());
    expect(await listens(port)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'close');
    await expect.poll(() => listens(port), { timeout: 5_000, interval: 20 }).toBe(false);
  });
});
