import { type Kysely, sql, type Transaction } from 'kysely';
import type { BackendEvent } from '../../protocol/events.ts';
import type { AuditEntry } from '../../protocol/model/audit.ts';
import type { Tables } from './tables.ts';

/** An audit entry before it has a number. */
export type AuditDraft = Omit<AuditEntry, 'seq'>;

/** An event before it has a number. `audience` is person ids; 'everybody' reaches every signed-in app. */
export interface EventDraft {
  event: BackendEvent;
  audience: readonly string[] | 'everybody';
}

/**
 * A transaction: rows through `db`; audit entries and events are collected and written as its last statement, under
 * the lock that numbers them. So the lock is short, and always taken after any row lock (no deadlock between the two).
 */
export interface Tx {
  readonly db: Transaction<Tables>;
  readonly auditDrafts: AuditDraft[];
  readonly eventDrafts: EventDraft[];
}

/** Tells apps about a change, in the transaction that makes it: no change without its event, no event without its change. */
export function publish(tx: Tx, event: BackendEvent, audience: EventDraft['audience']): void {
  tx.eventDrafts.push({ event, audience });
}

/** Serialization failure and deadlock: the database asks to try again. */
const TRY_AGAIN = new Set(['40001', '40P01']);
const TRIES = 4;

/** Runs `act` in one READ COMMITTED transaction. `act` may run again, so it touches nothing but the transaction. */
export async function runTransaction<T>(
  db: Kysely<Tables>,
  act: (tx: Tx) => Promise<T>,
): Promise<{ value: T; published: boolean }> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db
        .transaction()
        .setIsolationLevel('read committed')
        .execute(async (trx) => {
          const tx: Tx = { db: trx, auditDrafts: [], eventDrafts: [] };
          const value = await act(tx);
          await appendLog(tx);
          return { value, published: tx.eventDrafts.length > 0 };
        });
    } catch (error) {
      if (attempt >= TRIES || !TRY_AGAIN.has(String((error as { code?: unknown }).code))) throw error;
    }
  }
}

async function appendLog(tx: Tx): Promise<void> {
  if (tx.auditDrafts.length === 0 && tx.eventDrafts.length === 0) return;
  const events = tx.eventDrafts.map(({ event, audience }) => ({
    at: event.at,
    kind: event.kind,
    event,
    audience: audience === 'everybody' ? null : [...new Set(audience)],
  }));
  await sql`select append_log(${jsonb(tx.auditDrafts)}::jsonb, ${jsonb(events)}::jsonb)`.execute(tx.db);
}

/**
 * PostgreSQL can hold neither U+0000 nor half a surrogate pair; people cannot see them either. Each text is mended before
 * it is written as JSON: in the JSON, what a person typed as a backslash and "u0000" would look the same.
 */
function jsonb(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'string' ? part.replaceAll('\0', '').replace(/\p{Cs}/gu, '\uFFFD') : part,
  );
}
