import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openLog } from '../log.ts';
import { portOf, readOptions } from './options.ts';
import { beginServing } from './serving.ts';
import { WrongUsage } from './wrong-usage.ts';

/** How often a demo looks whether whoever started it is still there. Milliseconds. */
const PARENT_LOOK_MS = 500;

/** `sallyport demo`: a backend with made-up people, on loopback, which ends with whoever started it. */
export async function runDemo(words: readonly string[]): Promise<void> {
  const { options } = readOptions(words, { data: 'text', host: 'text', port: 'text', 'gateway-port': 'text' });
  if (options.data === undefined) throw new WrongUsage('Say --data DIR, the folder where the demo keeps its things.');
  const folder = resolve(options.data);
  const port = options.port === undefined ? undefined : portOf('--port', options.port, 0);
  const gateway = options['gateway-port'];
  const gatewayPort = gateway === undefined ? undefined : portOf('--gateway-port', gateway, 0);
  const serving = beginServing();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const log = openLog(join(folder, 'backend.log'));
  followParent(serving.stop);
  const { onFatal } = serving;
  // Loading it writes to stderr: a wrong word is answered before.
  const { startDemo } = await import('../demo/demo.ts');
  const demo = await startDemo({ folder, host: options.host ?? '127.0.0.1', port, gatewayPort, log, onFatal });
  await serving.untilStopped(demo, { people: demo.people, data: folder });
}

/** A demo never outlives whoever started it, not even after kill -9: its parent's id changes then. */
function followParent(stop: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid !== parent) stop();
  }, PARENT_LOOK_MS);
  timer.unref();
}
