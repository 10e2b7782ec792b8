import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../protocol/errors.ts';
import type { Backend } from './app.ts';
import { parseArguments, USAGE } from './cli/arguments.ts';
import { openLog } from './log.ts';

/** How often a demo looks whether whoever started it is still there. Milliseconds. */
const PARENT_LOOK_MS = 500;

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());

try {
  await run();
} catch (error) {
  // A sentence for what we foresaw, everything for what we did not.
  console.error(error instanceof AppError ? error.message : error);
  process.exitCode = 1;
}

async function run(): Promise<void> {
  const words = parseArguments(process.argv.slice(2));
  switch (words.mode) {
    case 'help':
      console.log(USAGE);
      return;
    case 'demo': {
      await mkdir(words.folder, { recursive: true, mode: 0o700 });
      const log = openLog(join(words.folder, 'backend.log'));
      followParent();
      // Loaded only here: an organisation's backend never holds the demo's code in memory.
      const { startDemo } = await import('./demo/demo.ts');
      const demo = await startDemo({ ...words, log, onFatal });
      await serve(demo, { people: demo.people, data: words.folder });
      return;
    }
    case 'config': {
      const [{ readConfig }, { startConfigured }] = await Promise.all([
        import('./config.ts'),
        import('./cli/run-config.ts'),
      ]);
      const { config, pathOf } = await readConfig(words.file);
      const backend = await startConfigured(config, pathOf, openLog(undefined, config.log.level), onFatal);
      await serve(backend, { data: pathOf(config.data) });
      return;
    }
    default:
      words satisfies never;
  }
}

function onFatal(sentence: string): void {
  console.error(sentence);
  process.exitCode = 1;
  stop.abort();
}

/** Says that it is ready, in one line of JSON, and serves until it is told to stop. */
async function serve(backend: Backend, more: object): Promise<void> {
  const { address, gateway } = backend;
  process.on('SIGHUP', () => void backend.reloadPolicy());
  const { host, port } = gateway;
  process.stdout.write(`${JSON.stringify({ event: 'ready', address, gateway: { host, port }, ...more })}\n`);
  if (!stop.signal.aborted)
    await new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve(), { once: true }));
  await backend.dispose();
}

/** A demo never outlives whoever started it, not even after kill -9: its parent's id changes then. */
function followParent(): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid !== parent) stop.abort();
  }, PARENT_LOOK_MS);
  timer.unref();
}
