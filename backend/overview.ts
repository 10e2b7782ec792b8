import { jsonArrayFrom } from 'kysely/helpers/postgres';
import type { Overview } from '../protocol/api/routes.ts';
import type { Person } from '../protocol/model/identity.ts';
import { grantView, visibleGrants } from './grants/load.ts';
import { storedRequest, visibleRequests } from './requests/load.ts';
import type { Database } from './storage/database.ts';

/**
 * What a person may see, and the cursor to follow it from. One statement, so one snapshot of the database: whoever
 * follows from the cursor misses nothing that is not in the overview and hears nothing that is.
 */
export async function readOverview(
  { db }: Database,
  person: Person,
  now: number,
): Promise<Pick<Overview, 'cursor' | 'requests' | 'grants'>> {
  const row = await db
    .selectNoFrom((eb) => [
      eb
        .selectFrom('outbox')
        .select((e) => e.fn.max('id').as('id'))
        .as('cursor'),
      jsonArrayFrom(visibleRequests(db, person, now)).as('requests'),
      jsonArrayFrom(visibleGrants(db, person, now)).as('grants'),
    ])
    .executeTakeFirstOrThrow();
  return {
    cursor: String(row.cursor ?? 0),
    requests: row.requests.map((request) => storedRequest(request).view).sort(newestFirst((r) => r.createdAt)),
    grants: row.grants.map((grant) => grantView(grant, now)).sort(newestFirst((g) => g.startsAt)),
  };
}

function newestFirst<T extends { id: string }>(moment: (of: T) => number) {
  return (a: T, b: T): number => moment(b) - moment(a) || (a.id < b.id ? 1 : -1);
}
