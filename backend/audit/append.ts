import type { AuditKind } from '../../protocol/model/audit.ts';
import type { Person } from '../../protocol/model/identity.ts';
import type { Tx } from '../storage/transaction.ts';

/** Who acted: a person, or one of our own parts. */
export type Actor = Pick<Person, 'id' | 'name'> | 'backend' | 'gateway' | 'nobody';

export interface AuditAct {
  at: number;
  kind: AuditKind;
  outcome?: 'done' | 'refused';
  actor: Actor;
  /** What it was about: a request, grant, session or sign-in id. */
  subject?: string;
  /** A refusal's code. */
  code?: string;
  /** One sentence a person can read. Never a secret. */
  message: string;
  details?: Record<string, unknown>;
}

/** Writes down an act, in the transaction that does it. It gets its number when the transaction ends. */
export function appendAudit(tx: Tx, act: AuditAct): void {
  const { actor } = act;
  tx.auditDrafts.push({
    at: act.at,
    kind: act.kind,
    outcome: act.outcome ?? (act.kind.endsWith('refused') ? 'refused' : 'done'),
    actor: typeof actor === 'string' ? actor : actor.id,
    actorName: typeof actor === 'string' ? actor : actor.name,
    subject: act.subject ?? '',
    code: act.code ?? '',
    message: act.message,
    details: act.details ?? {},
  });
}
