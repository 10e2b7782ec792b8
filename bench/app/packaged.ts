import { version } from '../../package.json';
import { packArchive } from '../../scripts/packaging/app-archive.ts';

/** The built app as an installer lays it down: one archive, its own dependencies and nothing else. @returns its path */
export function packApp(folder: string): Promise<string> {
  return packArchive(folder, { version, updateKeys: [] });
}
