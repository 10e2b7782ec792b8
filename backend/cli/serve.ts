import { resolve } from 'node:path';
import { readConfig } from '../config.ts';
import { openLog } from '../log.ts';
import { DEFAULT_CONFIG } from './commands.ts';
import { readOptions } from './options.ts';
import { beginServing } from './serving.ts';

/** `sallyport serve`: the backend that a configuration file describes, until it is told to stop. */
export async function runServe(words: readonly string[]): Promise<void> {
  const { options } = readOptions(words, { config: 'text' });
  const serving = beginServing();
  // It is long in the loading: a signal that comes meanwhile is not missed.
  const { startConfigured } = await import('./run-config.ts');
  const { config, pathOf } = await readConfig(resolve(options.config ?? DEFAULT_CONFIG));
  const backend = await startConfigured(config, pathOf, openLog(undefined, config.log.level), serving.onFatal);
  await serving.untilStopped(backend, { data: pathOf(config.data) });
}
