// What the app's archive (app.asar) holds. Packages, benches and tests take it from here.

import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { createPackageWithOptions } from '@electron/asar';
import { z } from 'zod';
import { keyIdSchema, publicKeySchema, type ReleaseKey } from '../../protocol/update/keys.ts';
import { BUNDLED_PACKAGES } from '../bundled-packages.ts';
import { ROOT } from '../folders.ts';
import { unexpectedIn } from './archive-rules.ts';
import { dependenciesOf } from './npm-packages.ts';

/** Files and folders under the root that the app reads when it runs. */
const PARTS = [
  'out/main',
  'out/preload',
  'out/renderer',
  'resources/icon.png',
  'resources/native',
  'resources/tray/darwin',
  'resources/tray/linux',
  'resources/tray/win32',
] as const;

/** Of the built parts, what is for those who package and not for those who run. */
const isBuildRecord = (path: string) => basename(path) === BUNDLED_PACKAGES || path.endsWith('.map');

/** Of a package in node_modules: its code and its licence. */
const PACKAGE_FILES = /(^|\/)(package\.json|licen[cs]e[^/]*|[^/]+\.js)$/i;
const PACKAGE_LEFT_OUT =
  /(^|\/)(\.|(tests?|examples?|util|scripts|node_modules)\/)|(^|\/)(install|tests)\.js$|\.min\.js$/;

const UPDATE_KEYS = 'resources/update-keys.json';
const releaseKeysSchema = z.array(z.strictObject({ id: keyIdSchema, publicKey: publicKeySchema })).max(10);

/** What may differ from one package of the same sources to the next. */
export interface ArchiveOptions {
  /** What the app says its version is. */
  version: string;
  /** Who may sign updates for it. */
  updateKeys: readonly ReleaseKey[];
}

/**
 * Copies what the archive holds into `folder`, which is empty. The built parts are in out/ already.
 * @throws when something is there that archive-rules.ts does not allow
 */
export async function stageApp(folder: string, { version, updateKeys }: ArchiveOptions): Promise<void> {
  for (const part of PARTS) {
    await cp(join(ROOT, part), join(folder, part), { recursive: true, filter: (path) => !isBuildRecord(path) });
  }
  const about = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  for (const { name, path } of await dependenciesOf(Object.keys(about.dependencies))) {
    for (const file of await packageFiles(path)) {
      const to = join(folder, 'node_modules', name, file);
      await mkdir(dirname(to), { recursive: true });
      await cp(join(path, file), to);
    }
  }
  await writeFile(join(folder, UPDATE_KEYS), `${JSON.stringify(updateKeys)}\n`);
  await writeFile(join(folder, 'package.json'), `${JSON.stringify({ ...manifestOf(about), version }, null, 2)}\n`);
  const unexpected = unexpectedIn(await filesUnder(folder));
  if (unexpected.length > 0) throw new Error(`The archive would hold what it must not: ${unexpected.join(', ')}.`);
}

/** The app's archive as an installer lays it down. `folder` is for what is needed on the way. @returns its path */
export async function packArchive(folder: string, options: ArchiveOptions): Promise<string> {
  const staged = join(folder, 'staged');
  await mkdir(staged, { recursive: true });
  await stageApp(staged, options);
  const archive = join(folder, 'app.asar');
  await createPackageWithOptions(staged, archive, {});
  return archive;
}

/** What the app itself reads of package.json, and what a package says about it. */
function manifestOf(about: Record<string, unknown>): Record<string, unknown> {
  const kept = ['name', 'productName', 'description', 'homepage', 'license', 'author', 'type', 'main', 'desktopName'];
  return Object.fromEntries([...kept, 'dependencies'].map((key) => [key, about[key]]));
}

async function packageFiles(path: string): Promise<string[]> {
  return (await filesUnder(path)).filter((file) => PACKAGE_FILES.test(file) && !PACKAGE_LEFT_OUT.test(file));
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  const paths = files.map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));
  return paths.sort();
}

/** The public keys in a file of the shape of resources/update-keys.json. @throws with the file's name when it is not one */
export async function readUpdateKeys(file = join(ROOT, UPDATE_KEYS)): Promise<ReleaseKey[]> {
  const text = await readFile(file, 'utf8').catch((cause: Error) => {
    throw new Error(`The release keys in ${file} cannot be read: ${cause.message}`, { cause });
  });
  try {
    return releaseKeysSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${file} is no list of release keys ([{"id": …, "publicKey": …}]): ${(cause as Error).message}`, {
      cause,
    });
  }
}
