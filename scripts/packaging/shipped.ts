import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dependencies } from '../../package.json';
import { BUNDLED_PACKAGES } from '../bundled-packages.ts';
import { ROOT } from '../folders.ts';
import { dependenciesOf, type NpmPackage, readPackage, sorted } from './npm-packages.ts';

/** Every npm package whose code is in the app: those in its node_modules and those inside its bundles. */
export async function shippedPackages(): Promise<NpmPackage[]> {
  const bundled: NpmPackage[] = [];
  for (const part of ['main', 'preload', 'renderer']) {
    const record = await readFile(join(ROOT, 'out', part, BUNDLED_PACKAGES), 'utf8');
    for (const folder of JSON.parse(record) as string[]) bundled.push(await readPackage(join(ROOT, folder)));
  }
  return sorted([...bundled, ...(await dependenciesOf(Object.keys(dependencies)))]);
}
