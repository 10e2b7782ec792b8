import type { AppError } from '../../protocol/errors.ts';
import type { AuditKind } from '../../protocol/model/audit.ts';
import { type Actor, appendAudit } from '../audit/append.ts';
import type { Tx } from '../storage/transaction.ts';

/** What a transaction decided: a refusal is data, so that its audit entry is committed with it before it is thrown. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; error: AppError };

/** Writes a refusal down. Its sentence is the one the person reads; secrets are never in it. */
export function refuse(
  tx: Tx,
  at: number,
  error: AppError,
  about: { kind?: AuditKind; actor?: Actor; subject?: string; details?: Record<string, unknown> } = {},
): { ok: false; error: AppError } {
  appendAudit(tx, {
    at,
    kind: about.kind ?? 'person.sign-in-refused',
    outcome: 'refused',
    actor: about.actor ?? 'nobody',
    subject: about.subject ?? '',
    code: error.code,
    message: error.message,
    details: about.details ?? {},
  });
  return { ok: false, error };
}

/** The value, or the refusal thrown. */
export function orThrow<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw outcome.error;
}

/** Errors whose text is fixed in the OpenID library or by RFC 6749: it says what failed, never with what. */
const TELLING = new Set(['ClientError', 'OperationProcessingError']);

/** What lies behind a refusal, for whoever reads the audit: names, codes and fixed texts, never a URL or a token. */
export function causeOf(error: unknown): string {
  const words: string[] = [];
  for (let at = error; at instanceof Error && words.length < 4; at = at.cause) {
    const { code, error: oauthError } = at as { code?: unknown; error?: unknown };
    const known = [oauthError, code].filter((word) => typeof word === 'string');
    words.push([at.name, ...known, ...(TELLING.has(at.name) ? [at.message] : [])].join(' '));
  }
  return words.join(' < ');
}
