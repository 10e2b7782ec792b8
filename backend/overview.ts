import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import type { Overview } from '../protocol/api/routes.ts';
import type { Person, StandIn } from '../protocol/model/identity.ts';
import type { Policy } from '../protocol/model/policy.ts';
import { dutiesOf } from './auth/duties.ts';
import { placesInForce, placesTaken } from './delegation/places.ts';
import { delegationOf } from './delegation/show.ts';
import { grantView, visibleGrants } from './grants/load.ts';
import { storedRequest, visibleRequests } from './requests/load.ts';
import type { Database } from './storage/database.ts';

type Shown = Pick<Overview, 'cursor' | 'requests' | 'grants'> & { places: StandIn[] };

/**
 * What a person may see, and the cursor to follow it from. Whose place they take is looked at once more with it: had it
 * changed since the call began, its event may lie before the cursor and be missed.
 */
export async function readOverview(
  database: Database,
  caller: Person,
  policy: Policy,
  now: number,
): Promise<Pick<Overview, 'cursor' | 'requests' | 'grants' | 'person' | 'delegation'>> {
  for (let person = caller; ; ) {
    const { places, ...shown } = await readShown(database, person, now);
    const standsInFor = placesInForce(policy, person, places);
    if (isDeepStrictEqual(standsInFor, person.standsInFor)) {
      // Read after the cursor: what changes in between is told again, and not missed.
      return { ...shown, person, delegation: await delegationOf(database.db, person, policy, now) };
    }
    person = { ...person, standsInFor, duties: dutiesOf(policy, person.groups, standsInFor) };
  }
}

/**
 * What a person may see, and the cursor to follow it from. One statement, so one snapshot of the database: whoever
 * follows from the cursor misses nothing that is not in the overview and hears nothing that is.
 */
async function readShown({ db }: Database, person: Person, now: number): Promise<Shown> {
  const row = await db
    .selectNoFrom((eb) => [
      eb
        .selectFrom('outbox')
        .select((e) => e.fn.max('id').as('id'))
        .as('cursor'),
      jsonArrayFrom(visibleRequests(db, person, now)).as('requests'),
      jsonArrayFrom(visibleGrants(db, person, now)).as('grants'),
      placesTaken(sql.val(person.id), now).as('places'),
    ])
    .executeTakeFirstOrThrow();
  return {
    cursor: String(row.cursor ?? 0),
    places: row.places,
    requests: row.requests.map((request) => storedRequest(request).view).sort(newestFirst((r) => r.createdAt)),
    grants: row.grants.map((grant) => grantView(grant, now)).sort(newestFirst((g) => g.startsAt)),
  };
}

function newestFirst<T extends { id: string }>(moment: (of: T) => number) {
  return (a: T, b: T): number => moment(b) - moment(a) || (a.id < b.id ? 1 : -1);
}
