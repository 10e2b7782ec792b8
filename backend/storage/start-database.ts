import { type Database, openDatabase } from './database.ts';
import { startEmbedded } from './embedded/embedded-server.ts';

/** A database somewhere, or the folder of one that is this backend's alone. */
export type DatabasePlace = { url: string } | { folder: string; settings?: Record<string, string> };

/**
 * Opens the database; where it is this backend's own, starts its server first.
 * @param ends takes what is to be done at the end, last first
 * @throws AppError as `startEmbedded` and `openDatabase` say
 */
export async function startDatabase(
  place: DatabasePlace,
  ends: (() => unknown)[],
  on: { error: (error: unknown) => void; fatal: (sentence: string) => void },
): Promise<Database> {
  const address = 'url' in place ? place : await startOwn(place, ends, on.fatal);
  const database = await openDatabase(address, { onError: on.error });
  ends.push(() => database.dispose());
  return database;
}

async function startOwn(
  place: Parameters<typeof startEmbedded>[0],
  ends: (() => unknown)[],
  fatal: (sentence: string) => void,
) {
  const server = await startEmbedded(place);
  let stopping = false;
  void server.exited.then(() => {
    if (!stopping) fatal('The embedded database died; see database.log. Start the backend again.');
  });
  ends.push(() => {
    stopping = true;
    return server.stop();
  });
  return server.address;
}
