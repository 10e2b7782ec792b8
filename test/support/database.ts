import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, type DatabaseAddress, openDatabase } from '../../backend/storage/database.ts';
import { startEmbedded } from '../../backend/storage/embedded/embedded-server.ts';
import { CARELESS, copyDatabaseTemplate } from './database-template.ts';
import { removeFolder } from './folder.ts';

/** A real, empty, migrated PostgreSQL of its own for a test file, quick because it does not wait for the disk. */
export async function startTestDatabase(): Promise<{
  database: Database;
  address: DatabaseAddress;
  dispose: () => Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-test-'));
  await copyDatabaseTemplate(folder);
  const server = await startEmbedded({ folder, settings: CARELESS });
  const database = await openDatabase(server.address);
  return {
    database,
    address: server.address,
    async dispose() {
      await database.dispose();
      await server.stop();
      await removeFolder(folder);
    },
  };
}
