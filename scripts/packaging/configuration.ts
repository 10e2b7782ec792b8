import { join } from 'node:path';
import type { Configuration } from 'app-builder-lib';
import { DebugLogger } from 'builder-util';
import { ROOT } from '../folders.ts';

/** electron-builder's configuration for all three systems. */
export const CONFIG = join(ROOT, 'electron-builder.yml');

/** Reads a configuration as electron-builder does. @throws what it says of a file that it cannot read */
export async function readConfig(file = CONFIG): Promise<Configuration> {
  const { getConfig } = await configModule();
  return getConfig(ROOT, file, null);
}

/** @throws electron-builder's own complaint when the configuration does not fit its schema */
export async function checkAgainstSchema(config: Configuration): Promise<void> {
  const { validateConfiguration } = await configModule();
  await validateConfiguration(config, new DebugLogger(false));
}

/** Loaded when it is needed: it takes a second. */
async function configModule(): Promise<typeof import('app-builder-lib/out/util/config/config')> {
  return import('app-builder-lib/out/util/config/config.js');
}
