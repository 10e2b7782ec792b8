import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TEMPLATE_FOLDER } from './database-template.ts';
import { removeFolder } from './folder.ts';

/** Runs once around a project's tests: a place for the database that they copy. */
export default async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-template-'));
  process.env[TEMPLATE_FOLDER] = folder;
  return () => removeFolder(folder);
}
