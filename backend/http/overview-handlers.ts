import type { Policy } from '../../protocol/model/policy.ts';
import type { Clock } from '../../protocol/time.ts';
import { readAudit } from '../audit/read.ts';
import { readOverview } from '../overview.ts';
import { accessOf } from '../policy/access.ts';
import type { Database } from '../storage/database.ts';
import type { Handlers } from './handlers.ts';

export interface OverviewServices {
  database: Database;
  clock: Clock;
  policy: () => Policy;
  org: { name: string; version: string };
}

/** What is shown as a whole. */
export function overviewHandlers({ database, clock, policy, org }: OverviewServices) {
  return {
    'org.show': async () => org,
    'overview.show': async ({ caller: { person } }) => {
      const now = clock.now();
      const overview = await readOverview(database, person, policy(), now);
      return { ...overview, now, org, access: accessOf(policy(), person) };
    },
    'audit.list': async ({ input }) => ({
      entries: await readAudit(database, input.query.after, input.query.limit),
    }),
  } satisfies Partial<Handlers>;
}
