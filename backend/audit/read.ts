import type { AuditEntry } from '../../protocol/model/audit.ts';
import type { Database } from '../storage/database.ts';

/** Entries in order, after a sequence number. */
export async function readAudit(database: Database, after: number, limit: number): Promise<AuditEntry[]> {
  const rows = await database.db
    .selectFrom('audit')
    .select(['seq', 'at', 'kind', 'outcome', 'actor', 'actor_name', 'subject', 'code', 'message', 'details'])
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map(({ actor_name, ...row }) => ({ ...row, actorName: actor_name }));
}
