import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import { approvalProgress } from '../../protocol/model/approval.ts';
import type { Decision } from '../../protocol/model/decision.ts';
import type { Person } from '../../protocol/model/identity.ts';
import type { AccessRequest, RequestFacts } from '../../protocol/model/request.ts';
import type { Tables } from '../storage/tables.ts';

/** A request with everything the rules and the people look at. */
export interface StoredRequest {
  view: AccessRequest;
  facts: RequestFacts;
  limits: Tables['requests']['limits']['__select__'];
  approverGroups: string[];
}

/** Closed requests are shown this long. Milliseconds. */
const CLOSED_SHOWN_MS = 7 * 24 * 3_600_000;
/** Pending ones come first: they are never the ones left out. */
const MOST_SHOWN = 1000;

/** One request, or undefined. */
export async function findRequest(db: Kysely<Tables>, id: string): Promise<StoredRequest | undefined> {
  const row = await query(db).where('r.id', '=', id).executeTakeFirst();
  return row && storedRequest(row);
}

/** Locks a request for the rest of the transaction and reads it: the next act on it sees what this one does. */
export async function lockRequest(db: Kysely<Tables>, id: string): Promise<StoredRequest | undefined> {
  await db.selectFrom('requests').select('id').where('id', '=', id).forUpdate().execute();
  return findRequest(db, id);
}

/**
 * What a person may see: their own, and those they may or did decide; closed ones of the last days too, the last closed
 * first and not more than a list can show. To be run as it is or within a larger query.
 */
export function visibleRequests(db: Kysely<Tables>, person: Pick<Person, 'id' | 'groups'>, now: number) {
  return query(db)
    .where((eb) => eb.or([eb('r.state', '=', 'pending'), eb('r.closed_at', '>', now - CLOSED_SHOWN_MS)]))
    .where((eb) =>
      eb.or([
        eb('r.requester_id', '=', person.id),
        sql<boolean>`r.approver_groups && ${person.groups}::text[]`,
        eb.exists(
          eb
            .selectFrom('decisions as mine')
            .select('mine.id')
            .whereRef('mine.request_id', '=', 'r.id')
            .where('mine.approver_id', '=', person.id),
        ),
      ]),
    )
    .orderBy('r.closed_at', (order) => order.desc().nullsFirst())
    .orderBy('r.id', 'desc')
    .limit(MOST_SHOWN);
}

/** Whether a person may see a request: the same rule as `visibleRequests`. */
export function maySee(request: StoredRequest, person: Pick<Person, 'id' | 'groups'>): boolean {
  return (
    request.view.requester.id === person.id ||
    request.approverGroups.some((g) => person.groups.includes(g)) ||
    request.view.decisions.some((d) => d.approver.id === person.id)
  );
}

type RequestRow = Awaited<ReturnType<ReturnType<typeof query>['executeTakeFirstOrThrow']>>;

function query(db: Kysely<Tables>) {
  return db
    .selectFrom('requests as r')
    .innerJoin('people as p', 'p.id', 'r.requester_id')
    .leftJoin('grants as g', 'g.request_id', 'r.id')
    .selectAll('r')
    .select(['p.name as requester_name', 'p.email as requester_email', 'g.id as grant_id'])
    .select((eb) =>
      jsonArrayFrom(
        eb
          .selectFrom('decisions as d')
          .innerJoin('people as a', 'a.id', 'd.approver_id')
          .whereRef('d.request_id', '=', 'r.id')
          .select(['d.id', 'd.approver_id', 'a.name', 'a.email', 'd.groups', 'd.verdict', 'd.reason', 'd.at'])
          .select('d.duration_seconds')
          .orderBy('d.at')
          .orderBy('d.id'),
      ).as('decisions'),
    );
}

/** A row as the rules and the people look at it. */
export function storedRequest(row: RequestRow): StoredRequest {
  const decisions = row.decisions.map(
    (d): Decision => ({
      id: d.id,
      approver: { id: d.approver_id, name: d.name, email: d.email },
      groups: d.groups,
      verdict: d.verdict,
      reason: d.reason,
      ...(d.duration_seconds === null ? {} : { durationSeconds: d.duration_seconds }),
      at: d.at,
    }),
  );
  const approvers = decisions.filter((d) => d.verdict === 'approve').map((d) => ({ ...d.approver, groups: d.groups }));
  const { have } = approvalProgress(row.requirements, approvers);
  return {
    view: {
      id: row.id,
      requester: { id: row.requester_id, name: row.requester_name, email: row.requester_email },
      target: row.target,
      login: row.login,
      role: row.role,
      durationSeconds: row.duration_seconds,
      reason: row.reason,
      ticket: row.ticket,
      state: row.state,
      createdAt: row.created_at,
      lapsesAt: row.lapses_at,
      closedAt: row.closed_at,
      needs: row.requirements.map((need, i) => ({ ...need, have: have[i] ?? 0 })),
      decisions,
      grantId: row.grant_id,
    },
    facts: {
      requesterId: row.requester_id,
      state: row.state,
      lapsesAt: row.lapses_at,
      durationSeconds: row.duration_seconds,
      requirements: row.requirements,
      decisions,
    },
    limits: row.limits,
    approverGroups: row.approver_groups,
  };
}
