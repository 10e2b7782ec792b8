import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createPackageWithOptions } from '@electron/asar';
import { dependencies } from '../../package.json';
import { ROOT } from '../../scripts/folders.ts';

/** The built app as an installer lays it down: one archive, its own dependencies and nothing else. @returns its path */
export async function packApp(folder: string): Promise<string> {
  const staged = join(folder, 'staged');
  await mkdir(join(staged, 'node_modules'), { recursive: true });
  for (const part of ['out/main', 'out/preload', 'out/renderer', 'resources']) {
    await cp(join(ROOT, part), join(staged, part), { recursive: true });
  }
  for (const name of await withTheirs(Object.keys(dependencies))) {
    // The native parts are for the backend; the app runs without them.
    const isWanted = (path: string): boolean => !path.endsWith('.node') && !/\/(test|examples)$/.test(path);
    await cp(join(ROOT, 'node_modules', name), join(staged, 'node_modules', name), {
      recursive: true,
      filter: isWanted,
    });
  }
  const { scripts: _, devDependencies: __, ...kept } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  await writeFile(join(staged, 'package.json'), JSON.stringify(kept));
  const archive = join(folder, 'app.asar');
  await createPackageWithOptions(staged, archive, {});
  return archive;
}

/** Packages and all that they depend on. */
async function withTheirs(names: readonly string[]): Promise<string[]> {
  const found = new Set(names);
  for (const name of found) {
    const theirs = JSON.parse(await readFile(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).dependencies;
    for (const dependency of Object.keys(theirs ?? {})) found.add(dependency);
  }
  return [...found];
}
