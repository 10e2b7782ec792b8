import { AppError } from '../../protocol/errors.ts';
import type { AuditKind } from '../../protocol/model/audit.ts';
import type { Clock } from '../../protocol/time.ts';
import type { Database } from '../storage/database.ts';
import { type Actor, appendAudit } from './append.ts';

export interface RefusedAct {
  kind: Extract<AuditKind, `${string}refused`>;
  actor: Actor;
  subject?: string;
  details?: Record<string, unknown>;
}

/** Failures of ours, not refusals of an act. */
const FAILURES = new Set<string>(['internal', 'unavailable', 'timed-out']);

/**
 * Does an act, and writes down its refusal. The entry has a transaction of its own: it stays although the act's own
 * transaction was rolled back.
 */
export async function auditRefusal<T>(
  database: Database,
  clock: Clock,
  what: RefusedAct,
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof AppError && !FAILURES.has(error.code)) await writeRefusal(database, clock, what, error);
    throw error;
  }
}

/** Writes down that an act was refused, and why. */
export async function writeRefusal(
  database: Database,
  clock: Clock,
  what: RefusedAct,
  why: { code: string; message: string },
): Promise<void> {
  await database.inTransaction(async (tx) => {
    appendAudit(tx, { at: clock.now(), outcome: 'refused', ...what, code: why.code, message: why.message });
  });
}
