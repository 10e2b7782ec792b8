import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import { namesToDecideIn } from '../../protocol/model/access.ts';
import { approvalProgress } from '../../protocol/model/approval.ts';
import type { Decision } from '../../protocol/model/decision.ts';
import type { Person } from '../../protocol/model/identity.ts';
import type { AccessRequest, RequestFacts } from '../../protocol/model/request.ts';
import type { GrantTerms, Tables } from '../storage/tables.ts';

/** A request with everything the rules and the people look at. */
export interface StoredRequest {
  view: AccessRequest;
  facts: RequestFacts;
  limits: Tables['requests']['limits']['__select__'];
  approverGroups: string[];
  /** What the role said of the grant's length and end when it was asked for. */
  terms: GrantTerms;
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
 * What a person may see: their own, and those they may or did decide, themselves or in an absent approver's place; closed
 * ones of the last days too, the last closed first and not more than a list can show. To be run as it is or within a
 * larger query.
 */
export function visibleRequests(db: Kysely<Tables>, person: Viewer, now: number) {
  return query(db)
    .where((eb) => eb.or([eb('r.state', '=', 'pending'), eb('r.closed_at', '>', now - CLOSED_SHOWN_MS)]))
    .where((eb) =>
      eb.or([
        eb('r.requester_id', '=', person.id),
        sql<boolean>`r.approver_groups && ${person.groups}::text[]`,
        ...person.standsInFor.map((place) =>
          eb.and([
            eb('r.requester_id', '<>', place.person.id),
            sql<boolean>`r.approver_groups && ${place.groups}::text[]`,
          ]),
        ),
        eb.exists(
          eb
            .selectFrom('decisions as mine')
            .select('mine.id')
            .whereRef('mine.request_id', '=', 'r.id')
            .whereRef('mine.revision', '=', 'r.revision')
            .where('mine.approver_id', '=', person.id),
        ),
      ]),
    )
    .orderBy('r.closed_at', (order) => order.desc().nullsFirst())
    .orderBy('r.id', 'desc')
    .limit(MOST_SHOWN);
}

type Viewer = Pick<Person, 'id' | 'groups' | 'standsInFor'>;

/** Whether a person may see a request: the same rule as `visibleRequests`. */
export function maySee({ view }: StoredRequest, person: Viewer): boolean {
  return (
    view.requester.id === person.id ||
    namesToDecideIn(view, person).length > 0 ||
    view.decisions.some((d) => d.approver.id === person.id)
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
          .leftJoin('people as absent', 'absent.id', 'd.on_behalf_of')
          .whereRef('d.request_id', '=', 'r.id')
          .whereRef('d.revision', '=', 'r.revision')
          .select(['d.id', 'd.approver_id', 'a.name', 'a.email', 'd.groups', 'd.verdict', 'd.reason', 'd.at'])
          .select([
            'd.duration_seconds',
            'd.on_behalf_of',
            'absent.name as absent_name',
            'absent.email as absent_email',
          ])
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
      onBehalfOf:
        d.on_behalf_of === null ? null : { id: d.on_behalf_of, name: d.absent_name ?? '', email: d.absent_email ?? '' },
      ...(d.duration_seconds === null ? {} : { durationSeconds: d.duration_seconds }),
      at: d.at,
    }),
  );
  const approvers = decisions.filter((d) => d.verdict === 'approve').map((d) => ({ ...d.approver, groups: d.groups }));
  const { have } = approvalProgress(row.requirements, approvers);
  return {
    view: {
      id: row.id,
      revision: row.revision,
      batchId: row.batch_id,
      extendsGrantId: row.extends_grant_id,
      requester: { id: row.requester_id, name: row.requester_name, email: row.requester_email },
      target: row.target,
      login: row.login,
      role: row.role,
      durationSeconds: row.duration_seconds,
      startsAt: row.starts_at,
      endsWithSession: row.ends_with_session,
      reason: row.reason,
      ticket: row.ticket,
      state: row.state,
      createdAt: row.created_at,
      lapsesAt: row.lapses_at,
      closedAt: row.closed_at,
      needs: row.requirements.map((need, i) => ({ ...need, have: have[i] ?? 0 })),
      decisions,
      grantId: row.extends_grant_id !== null && row.state === 'approved' ? row.extends_grant_id : row.grant_id,
    },
    facts: {
      requesterId: row.requester_id,
      revision: row.revision,
      state: row.state,
      lapsesAt: row.lapses_at,
      durationSeconds: row.duration_seconds,
      requirements: row.requirements,
      decisions,
    },
    limits: row.limits,
    approverGroups: row.approver_groups,
    terms: row.terms,
  };
}
