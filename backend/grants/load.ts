import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { type Grant, type GrantStatus, isLive } from '../../protocol/model/grant.ts';
import type { Person } from '../../protocol/model/identity.ts';
import type { GrantTerms, Tables } from '../storage/tables.ts';

/** Ended grants are shown this long. Milliseconds. */
const ENDED_SHOWN_MS = 7 * 24 * 3_600_000;
/** Those that have not ended come first: they are never the ones left out. */
const MOST_SHOWN = 1000;

export async function findGrant(db: Kysely<Tables>, id: string, now: number): Promise<Grant | undefined> {
  const row = await query(db).where('g.id', '=', id).executeTakeFirst();
  return row && grantView(row, now);
}

/** Locks a grant for the rest of the transaction and reads it. 'share' keeps it as it is, 'update' is to change it. */
export async function lockGrant(
  db: Kysely<Tables>,
  id: string,
  now: number,
  mode: 'share' | 'update',
): Promise<Grant | undefined> {
  const lock = db.selectFrom('grants').select('id').where('id', '=', id);
  await (mode === 'share' ? lock.forShare() : lock.forUpdate()).execute();
  return findGrant(db, id, now);
}

/** A grant, and what only the rules of its length look at. */
export interface GrantRow {
  grant: Grant;
  terms: GrantTerms;
  /** How often it was made longer. */
  extensions: number;
  /** Whether its apps were told that it has begun. */
  startAnnounced: boolean;
}

/** Locks a grant to change it, and reads all of it. */
export async function lockGrantRow(db: Kysely<Tables>, id: string, now: number): Promise<GrantRow | undefined> {
  await db.selectFrom('grants').select('id').where('id', '=', id).forUpdate().execute();
  const row = await query(db).where('g.id', '=', id).executeTakeFirst();
  if (!row) return undefined;
  const { terms, extensions, start_announced_at } = row;
  return { grant: grantView(row, now), terms, extensions, startAnnounced: start_announced_at !== null };
}

/** How often it may still be made longer, by the terms it was given on. */
export function extensionsLeft({ terms, extensions }: Pick<GrantRow, 'terms' | 'extensions'>): number {
  return terms.maxSeconds > 0 ? Math.max(0, terms.maxExtensions - extensions) : 0;
}

/**
 * A person's own and those they may revoke; ended ones of the last days too, the last ended first and not more than a
 * list can show. To be run as it is or within a larger query.
 */
export function visibleGrants(db: Kysely<Tables>, person: Person, now: number) {
  return query(db)
    .where((eb) => eb.or([eb('g.ended_at', 'is', null), eb('g.ended_at', '>', now - ENDED_SHOWN_MS)]))
    .$if(!person.duties.includes('admin'), (q) =>
      q.where((eb) =>
        eb.or([eb('g.requester_id', '=', person.id), sql<boolean>`g.approver_groups && ${person.groups}::text[]`]),
      ),
    )
    .orderBy('g.ended_at', (order) => order.desc().nullsFirst())
    .orderBy('g.id', 'desc')
    .limit(MOST_SHOWN);
}

type StoredGrant = Awaited<ReturnType<ReturnType<typeof query>['executeTakeFirstOrThrow']>>;

function query(db: Kysely<Tables>) {
  return db
    .selectFrom('grants as g')
    .innerJoin('people as p', 'p.id', 'g.requester_id')
    .leftJoin('people as e', 'e.id', 'g.ended_by')
    .selectAll('g')
    .select([
      'p.name as requester_name',
      'p.email as requester_email',
      'e.name as ender_name',
      'e.email as ender_email',
    ]);
}

/** A row as people see it. */
export function grantView(row: StoredGrant, now: number): Grant {
  const status = statusOf(row, now);
  const moments = { status, startsAt: row.starts_at, endsAt: row.ends_at };
  const left = isLive(moments, now) ? extensionsLeft(row) : 0;
  return {
    id: row.id,
    requestId: row.request_id,
    requester: { id: row.requester_id, name: row.requester_name, email: row.requester_email },
    target: row.target,
    login: row.login,
    role: row.role,
    limits: row.limits,
    approverGroups: row.approver_groups,
    ...moments,
    drainSeconds: row.terms.drainSeconds,
    endsWithSession: row.ends_with_session,
    onScreenLock: row.terms.onScreenLock,
    extension: left > 0 ? { maxSeconds: row.terms.maxSeconds, left } : null,
  };
}

function statusOf(row: StoredGrant, now: number): GrantStatus {
  if (row.ended_at === null || row.end_reason === null) return { state: now < row.starts_at ? 'scheduled' : 'live' };
  const by =
    row.ended_by === null ? null : { id: row.ended_by, name: row.ender_name ?? '', email: row.ender_email ?? '' };
  return { state: 'ended', reason: row.end_reason, endedAt: row.ended_at, by, note: row.end_note };
}
