import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { PersonRef } from '../../protocol/model/identity.ts';
import type { Tables } from './tables.ts';

/** Everybody we have seen who was in one of these groups when last seen. */
export async function peopleInGroups(db: Kysely<Tables>, groups: readonly string[]): Promise<PersonRef[]> {
  if (groups.length === 0) return [];
  return db
    .selectFrom('people')
    .select(['id', 'name', 'email'])
    .where(sql<boolean>`groups && ${[...groups]}::text[]`)
    .orderBy('name')
    .execute();
}
