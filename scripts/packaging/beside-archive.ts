import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../folders.ts';
import { noticesOf } from './notices.ts';
import { bomOf, type Shipped } from './sbom.ts';

export const NOTICES = 'third-party-notices.txt';
export const BOM = 'sbom.cdx.json';
/** Samples and templates for those who manage computers. */
const MANAGED = 'managed';

/** The app, on Electron. */
export type ShippedApp = Omit<Shipped, 'name' | 'runtimes'> & { electronVersion: string };

/** Writes what lies beside the archive in the installed app's resources/: notices, bill of materials, samples for IT. */
export async function writeBesideArchive(folder: string, { electronVersion, ...shipped }: ShippedApp): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, NOTICES), await noticesOf(shipped.packages, electronVersion));
  const electron = {
    name: 'electron',
    version: electronVersion,
    license: 'MIT',
    purl: `pkg:npm/electron@${electronVersion}`,
  };
  await writeFile(
    join(folder, BOM),
    `${JSON.stringify(bomOf({ name: 'sallyport', runtimes: [electron], ...shipped }), null, 2)}\n`,
  );
  await cp(join(ROOT, 'resources', MANAGED), join(folder, MANAGED), { recursive: true });
}
