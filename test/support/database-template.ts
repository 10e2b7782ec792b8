import { execFile } from 'node:child_process';
import { mkdtemp, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openDatabase } from '../../backend/storage/database.ts';
import { startEmbedded } from '../../backend/storage/embedded/embedded-server.ts';
import { removeFolder } from './folder.ts';

/** The environment's variable with the run's own folder for the template, set by database-template-setup.ts. */
export const TEMPLATE_FOLDER = 'SALLYPORT_TEST_TEMPLATE';

/** Of a server whose data may be lost. */
export const CARELESS = { fsync: 'off', full_page_writes: 'off' } as const;

/**
 * Puts an empty, migrated database into a data folder that has none, for the embedded server to start with: a copy takes
 * a fraction of what making one takes. Without the setup there is no template, and the server makes its own.
 */
export async function copyDatabaseTemplate(folder: string): Promise<void> {
  const place = process.env[TEMPLATE_FOLDER];
  if (place === undefined || (await isThere(join(folder, 'database')))) return;
  const template = join(place, 'template');
  if (!(await isThere(template))) await makeTemplate(place, template);
  // With its owner, whom the server runs as.
  await promisify(execFile)('cp', ['-a', template, join(folder, 'database')]);
}

/** By whoever comes first; when two come at once, one of theirs stays. */
async function makeTemplate(place: string, template: string): Promise<void> {
  const folder = await mkdtemp(join(place, 'making-'));
  const server = await startEmbedded({ folder, settings: CARELESS });
  await (await openDatabase(server.address)).dispose();
  await server.stop();
  await rename(join(folder, 'database'), template).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  await removeFolder(folder);
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
