import type { Selectable } from 'kysely';
import type { Person, StandIn } from '../../protocol/model/identity.ts';
import type { Policy } from '../../protocol/model/policy.ts';
import { placesInForce } from '../delegation/places.ts';
import { newId } from '../storage/ids.ts';
import type { PeopleTable } from '../storage/tables/sign-in.ts';
import { publish, type Tx } from '../storage/transaction.ts';
import { dutiesOf } from './duties.ts';
import type { Profile } from './profile.ts';

export type PersonRow = Selectable<PeopleTable>;

/** A row as the rules see it: with the duties that policy gives to its groups now, and the places it lets them take. */
export function personOf(
  row: Pick<PersonRow, 'id' | 'name' | 'email' | 'groups'>,
  places: StandIn[],
  policy: Policy,
): Person {
  const { id, name, email, groups } = row;
  const standsInFor = placesInForce(policy, row, places);
  return { id, name, email, groups, duties: dutiesOf(policy, groups, standsInFor), standsInFor };
}

/**
 * Finds the person by issuer and subject, or makes them; takes over what the provider says of them now. Their apps are
 * told when it differs, and those of whoever takes their place or whose place they take.
 */
export async function rememberPerson(tx: Tx, profile: Profile, at: number): Promise<PersonRow> {
  const before = await tx.db
    .selectFrom('people')
    .select(['name', 'email', 'groups'])
    .where('issuer', '=', profile.issuer)
    .where('subject', '=', profile.subject)
    .forUpdate()
    .executeTakeFirst();
  const { name, email, groups, issuer, subject } = profile;
  const row = await tx.db
    .insertInto('people')
    .values({ id: newId('per', at), issuer, subject, name, email, groups, created_at: at, last_seen: at })
    .onConflict((c) => c.columns(['issuer', 'subject']).doUpdateSet({ name, email, groups, last_seen: at }))
    .returningAll()
    .executeTakeFirstOrThrow();
  const was = JSON.stringify([before?.name, before?.email, before?.groups]);
  if (before && was !== JSON.stringify([name, email, groups]))
    publish(tx, { kind: 'access-changed', at }, [row.id, ...(await othersInDelegations(tx, row.id, at))]);
  return row;
}

async function othersInDelegations(tx: Tx, id: string, at: number): Promise<string[]> {
  const rows = await tx.db
    .selectFrom('delegations')
    .select(['person_id', 'stand_in_id'])
    .where('until', '>', at)
    .where((eb) => eb.or([eb('person_id', '=', id), eb('stand_in_id', '=', id)]))
    .execute();
  return rows.flatMap((row) => [row.person_id, row.stand_in_id]);
}
