import { type Kysely, sql } from 'kysely';
import type { ShownFacts } from '../../protocol/model/access.ts';
import type { Policy } from '../../protocol/model/policy.ts';
import type { AccessRequest } from '../../protocol/model/request.ts';
import type { Tables } from '../storage/tables.ts';

const MOST_EARLIER = 10;
const RECENT_MS = 30 * 24 * 3_600_000;

/** What an approver should know of the requester and the target before they decide. */
export async function factsOf(
  db: Kysely<Tables>,
  request: AccessRequest,
  policy: Policy,
  now: number,
): Promise<ShownFacts> {
  const [earlier, accesses] = await Promise.all([earlierRequests(db, request), accessesTo(db, request, now)]);
  const roleDescription = policy.roles.find((role) => role.name === request.role)?.description ?? '';
  return { roleDescription, earlier, ...accesses };
}

async function earlierRequests(db: Kysely<Tables>, request: AccessRequest): Promise<ShownFacts['earlier']> {
  return db
    .selectFrom('requests as r')
    .select(['r.created_at as at', 'r.state', 'r.duration_seconds as durationSeconds'])
    .select((eb) =>
      eb.fn
        .coalesce(
          eb
            .selectFrom('decisions as d')
            .innerJoin('people as a', 'a.id', 'd.approver_id')
            .leftJoin('people as absent', 'absent.id', 'd.on_behalf_of')
            .whereRef('d.request_id', '=', 'r.id')
            .whereRef('d.revision', '=', 'r.revision')
            .select(
              sql<string>`string_agg(a.name || coalesce(' for ' || absent.name, ''), ', ' order by d.at, d.id)`.as(
                'by',
              ),
            ),
          sql<string>`''`,
        )
        .as('decidedBy'),
    )
    .where('r.requester_id', '=', request.requester.id)
    .where('r.login', '=', request.login)
    .where(sql<boolean>`r.target->>'name' = ${request.target.name}`)
    .where('r.id', '<>', request.id)
    .where('r.created_at', '<=', request.createdAt)
    .orderBy('r.created_at', 'desc')
    .orderBy('r.id', 'desc')
    .limit(MOST_EARLIER)
    .execute();
}

/** Grants that never began are no accesses. */
async function accessesTo(
  db: Kysely<Tables>,
  request: AccessRequest,
  now: number,
): Promise<Pick<ShownFacts, 'accessesLast30Days' | 'lastAccessAt'>> {
  const row = await db
    .selectFrom('grants')
    .select([
      sql<number>`count(*) filter (where starts_at > ${now - RECENT_MS})`.as('recent'),
      sql<number | null>`max(least(coalesce(ended_at, ends_at), ${now}::bigint))`.as('last'),
    ])
    .where('requester_id', '=', request.requester.id)
    .where(sql<boolean>`target->>'name' = ${request.target.name}`)
    .where('starts_at', '<=', now)
    .where(sql<boolean>`(ended_at is null or ended_at > starts_at)`)
    .executeTakeFirstOrThrow();
  return { accessesLast30Days: row.recent, lastAccessAt: row.last };
}
