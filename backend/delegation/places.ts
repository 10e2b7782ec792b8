import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Person, PersonRef, StandIn } from '../../protocol/model/identity.ts';
import { mayStandIn, type Policy } from '../../protocol/model/policy.ts';
import type { Tables } from '../storage/tables.ts';

/**
 * The absent approvers whose place somebody takes at this moment, with the groups they had when last seen: a part of a
 * larger query. Only their own groups: a place that they take themselves is not handed on.
 */
export function placesTaken(standIn: RawBuilder<string>, now: number): RawBuilder<StandIn[]> {
  return sql<StandIn[]>`(
    select coalesce(jsonb_agg(jsonb_build_object(
      'person', jsonb_build_object('id', absent.id, 'name', absent.name, 'email', absent.email),
      'groups', to_jsonb(absent.groups),
      'until', d.until) order by absent.name, absent.id), '[]'::jsonb)
    from delegations d join people absent on absent.id = d.person_id
    where d.stand_in_id = ${standIn} and d.until > ${now})`;
}

/** The same, by itself. */
export async function placesOf(db: Kysely<Tables>, personId: string, now: number): Promise<StandIn[]> {
  const row = await db.selectNoFrom(placesTaken(sql.val(personId), now).as('places')).executeTakeFirstOrThrow();
  return row.places;
}

/** The places that policy lets somebody take now: all, or none. */
export function placesInForce(policy: Policy, person: Pick<Person, 'groups'>, places: StandIn[]): StandIn[] {
  return mayStandIn(policy, person) ? places : [];
}

/** The caller as the rules see them at this moment; nobody ends or changes a place they take until the transaction does. */
export async function withPlacesLocked(
  db: Kysely<Tables>,
  person: Person,
  policy: Policy,
  now: number,
): Promise<Person> {
  await db.selectFrom('delegations').select('person_id').where('stand_in_id', '=', person.id).forShare().execute();
  return { ...person, standsInFor: placesInForce(policy, person, await placesOf(db, person.id, now)) };
}

/** Who takes the place of an approver of these groups at this moment. Nobody does so for what that approver asked. */
export async function standInsOf(
  db: Kysely<Tables>,
  groups: readonly string[],
  { policy, requesterId, now }: { policy: Policy; requesterId: string; now: number },
): Promise<PersonRef[]> {
  if (!policy.standIns || groups.length === 0) return [];
  return db
    .selectFrom('delegations as d')
    .innerJoin('people as absent', 'absent.id', 'd.person_id')
    .innerJoin('people as s', 's.id', 'd.stand_in_id')
    .select(['s.id', 's.name', 's.email'])
    .distinct()
    .where('d.until', '>', now)
    .where('absent.id', '<>', requesterId)
    .where(sql<boolean>`absent.groups && ${[...groups]}::text[]`)
    .where(sql<boolean>`s.groups && ${policy.standIns.groups}::text[]`)
    .orderBy('s.name')
    .execute();
}
