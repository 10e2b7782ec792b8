import type { Overview } from '../../protocol/api/routes.ts';
import type { Person } from '../../protocol/model/identity.ts';
import type { Policy } from '../../protocol/model/policy.ts';
import type { Clock } from '../../protocol/time.ts';
import { readAudit } from '../audit/read.ts';
import { newestEvent } from '../events/feed.ts';
import { visibleGrants } from '../grants/load.ts';
import { accessOf } from '../policy/access.ts';
import { visibleRequests } from '../requests/load.ts';
import type { Database } from '../storage/database.ts';
import type { Handlers } from './handlers.ts';

export interface OverviewServices {
  database: Database;
  clock: Clock;
  policy: () => Policy;
  org: { name: string; version: string };
}

/** What is shown as a whole. */
export function overviewHandlers(services: OverviewServices) {
  return {
    'org.show': async () => services.org,
    'overview.show': ({ caller }) => overview(services, caller.person),
    'audit.list': async ({ input }) => ({
      entries: await readAudit(services.database, input.query.after, input.query.limit),
    }),
  } satisfies Partial<Handlers>;
}

/** In one snapshot of the database, so that following from its cursor misses nothing and repeats nothing. */
async function overview({ database, clock, policy, org }: OverviewServices, person: Person): Promise<Overview> {
  return database.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (db) => {
      const now = clock.now();
      const cursor = await newestEvent({ db });
      const requests = await visibleRequests(db, person, now);
      const grants = await visibleGrants(db, person, now);
      return { cursor: String(cursor), now, org, person, access: accessOf(policy(), person), requests, grants };
    });
}
