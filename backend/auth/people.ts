import type { Selectable } from 'kysely';
import type { Person, StandIn } from '../../protocol/model/identity.ts';
import { groupsOf, mayStandIn, type Policy } from '../../protocol/model/policy.ts';
import { placesInForce } from '../delegation/places.ts';
import { newId } from '../storage/ids.ts';
import { peopleInGroups } from '../storage/people.ts';
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
 * told when it differs, and those of whoever takes their place or whose place they take; so are those of all approvers when
 * it is somebody whom they may choose to take theirs, or could until now.
 */
export async function rememberPerson(tx: Tx, profile: Profile, at: number, policy: Policy): Promise<PersonRow> {
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
  if (was === JSON.stringify([name, email, groups])) return row;
  const concerned = before ? [row.id, ...(await othersInDelegations(tx, row.id, at))] : [];
  if ([before, row].some((one) => one && mayStandIn(policy, one))) concerned.push(...(await approvers(tx, policy)));
  if (concerned.length > 0) publish(tx, { kind: 'access-changed', at }, concerned);
  return row;
}

/** Everybody who has a place to give. */
async function approvers(tx: Tx, policy: Policy): Promise<string[]> {
  const found = await peopleInGroups(tx.db, groupsOf(policy.roles.flatMap((role) => role.approvals)));
  return found.map((person) => person.id);
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
