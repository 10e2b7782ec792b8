import type { DatabaseAddress } from '../../../backend/storage/database.ts';
import { startTestDatabase } from '../../support/database.ts';
import { noDebianPostgres, startDebianPostgres } from './debian-postgres.ts';

/** The two servers that storage has to work on, each started afresh. */
export const servers: readonly {
  name: string;
  missing: string | undefined;
  start: () => Promise<{ address: DatabaseAddress; dispose: () => Promise<void> }>;
}[] = [
  { name: 'the embedded PostgreSQL 18', missing: undefined, start: startTestDatabase },
  {
    name: 'PostgreSQL 15 by its URL',
    missing: noDebianPostgres,
    async start() {
      const { url, dispose } = await startDebianPostgres();
      return { address: { url }, dispose };
    },
  },
];
