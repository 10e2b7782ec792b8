import type { Kysely } from 'kysely';
import type { Overview } from '../../protocol/api/routes.ts';
import type { Person } from '../../protocol/model/identity.ts';
import { mayApprove, mayStandIn, type Policy } from '../../protocol/model/policy.ts';
import { peopleInGroups } from '../storage/people.ts';
import type { Tables } from '../storage/tables.ts';

/** Who takes a person's place as an approver, if that is in force, and who could. */
export async function delegationOf(
  db: Kysely<Tables>,
  person: Person,
  policy: Policy,
  now: number,
): Promise<Overview['delegation']> {
  if (!policy.standIns || !policy.roles.some((role) => mayApprove(role, person))) return { mine: null, candidates: [] };
  const candidates = (await peopleInGroups(db, policy.standIns.groups)).filter((p) => p.id !== person.id);
  const row = await db
    .selectFrom('delegations as d')
    .innerJoin('people as s', 's.id', 'd.stand_in_id')
    .select(['s.id', 's.name', 's.email', 's.groups', 'd.until'])
    .where('d.person_id', '=', person.id)
    .where('d.until', '>', now)
    .executeTakeFirst();
  const mine =
    row && mayStandIn(policy, row)
      ? { standIn: { id: row.id, name: row.name, email: row.email }, until: row.until }
      : null;
  return { mine, candidates };
}
