import type { Generated } from 'kysely';
import type { AuditEntry } from '../../../protocol/model/audit.ts';
import type { Json } from './json.ts';

/** One leaf of the log. Only `append_log` writes here; the database refuses update, delete and truncate. */
export interface AuditTable {
  seq: number;
  at: number;
  kind: AuditEntry['kind'];
  outcome: AuditEntry['outcome'];
  actor: string;
  actor_name: string;
  subject: string;
  code: string;
  message: string;
  details: Json<Record<string, unknown>>;
  /** The exact text that is hashed: a JSON array of the columns above, in order. */
  leaf: string;
  /** SHA-256(0x00 ‖ leaf), an RFC 6962 leaf hash: what the transparency log will build its tree on. */
  leaf_hash: Buffer;
}

/** Events for apps, numbered in the order in which their transactions commit. Only `append_log` writes here. */
export interface OutboxTable {
  id: Generated<number>;
  at: number;
  kind: string;
  event: Json<Record<string, unknown>>;
  /** Person ids; null is everybody. */
  audience: string[] | null;
}
