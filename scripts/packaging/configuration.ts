import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Configuration } from 'app-builder-lib';
import { parse } from 'yaml';
import { ROOT } from '../folders.ts';
import { RULES } from './configuration-rules.ts';

/** electron-builder's configuration for all three systems. */
export const CONFIG = join(ROOT, 'electron-builder.yml');

/** Reads a configuration file, without what electron-builder adds by itself. @throws with the place of a mistake in YAML */
export async function readConfig(file = CONFIG): Promise<Configuration> {
  return parse(await readFile(file, 'utf8'));
}

/**
 * Looks the whole configuration over, for the systems that nothing can be made for here too.
 * @throws one sentence for each thing that is wrong: electron-builder's own schema first, then our rules
 */
export async function checkConfiguration(config: Configuration): Promise<void> {
  const { validateConfiguration } = await configModule();
  // The logger is for those who debug electron-builder.
  const logger = { isEnabled: false, add: () => undefined } as unknown as Parameters<typeof validateConfiguration>[1];
  await validateConfiguration(config, logger);
  const wrong = RULES.filter(({ holds }) => !holds(config)).map(({ says }) => says);
  for (const file of filesOf(config)) {
    await access(join(ROOT, file)).catch(() => wrong.push(`${file} is not there`));
  }
  if (wrong.length > 0) throw new Error(`electron-builder.yml: ${wrong.join('; ')}.`);
}

/** What the configuration names, under the root. */
function filesOf({ win, mac, linux, deb, rpm, pacman }: Configuration): string[] {
  const named = [win?.icon, mac?.icon, mac?.entitlements, mac?.entitlementsInherit, linux?.icon];
  const scripts = [deb, rpm, pacman].flatMap((format) => [format?.afterInstall, format?.afterRemove]);
  return [...named, ...scripts].filter((file): file is string => typeof file === 'string');
}

/** Loaded when it is needed: it takes a second. */
async function configModule(): Promise<typeof import('app-builder-lib/out/util/config/config')> {
  return import('app-builder-lib/out/util/config/config.js');
}
