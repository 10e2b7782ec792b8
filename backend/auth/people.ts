import type { Selectable } from 'kysely';
import type { Person } from '../../protocol/model/identity.ts';
import type { Policy } from '../../protocol/model/policy.ts';
import { newId } from '../storage/ids.ts';
import type { PeopleTable } from '../storage/tables.ts';
import { publish, type Tx } from '../storage/transaction.ts';
import { dutiesOf } from './duties.ts';
import type { Profile } from './profile.ts';

export type PersonRow = Selectable<PeopleTable>;

/** A row as others may see it, with the duties that policy gives to its groups now. */
export function personOf(row: Pick<PersonRow, 'id' | 'name' | 'email' | 'groups'>, policy: Policy): Person {
  const { id, name, email, groups } = row;
  return { id, name, email, groups, duties: dutiesOf(policy, groups) };
}

/**
 * Finds the person by issuer and subject, or makes them; takes over what the provider says of them now. Their apps are
 * told when it differs.
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
  if (before && was !== JSON.stringify([name, email, groups])) publish(tx, { kind: 'access-changed', at }, [row.id]);
  return row;
}
