import { AppError } from '../../protocol/errors.ts';
import type { Decision } from '../../protocol/model/decision.ts';
import type { AccessRequest, RequestOutcome } from '../../protocol/model/request.ts';
import { appendAudit } from '../audit/append.ts';
import { peopleInGroups } from '../storage/people.ts';
import { publish, type Tx } from '../storage/transaction.ts';
import { findRequest, type StoredRequest } from './load.ts';

/** Writes an approver's word down. */
export async function insertDecision(tx: Tx, requestId: string, decision: Decision): Promise<void> {
  await tx.db
    .insertInto('decisions')
    .values({
      id: decision.id,
      request_id: requestId,
      approver_id: decision.approver.id,
      groups: decision.groups,
      verdict: decision.verdict,
      reason: decision.reason,
      duration_seconds: decision.durationSeconds ?? null,
      at: decision.at,
    })
    .execute();
}

/** Writes down what became of a request; a pending one stays as it is. */
export async function writeOutcome(
  tx: Tx,
  request: StoredRequest,
  outcome: RequestOutcome,
  now: number,
): Promise<void> {
  if (outcome.state === 'pending') return;
  await tx.db
    .updateTable('requests')
    .set({ state: outcome.state, closed_at: now })
    .where('id', '=', request.view.id)
    .execute();
}

export function auditDecision(tx: Tx, request: StoredRequest, decision: Decision): void {
  const { requester, login, target, id } = request.view;
  const did = decision.verdict === 'approve' ? 'approved' : 'denied';
  appendAudit(tx, {
    at: decision.at,
    kind: 'decision.made',
    actor: decision.approver,
    subject: id,
    message: `${decision.approver.name} ${did} ${login} on ${target.name} for ${requester.name}.`,
    details: {
      decision: decision.id,
      verdict: decision.verdict,
      reason: decision.reason,
      groups: decision.groups,
      durationSeconds: decision.durationSeconds ?? null,
    },
  });
}

/** Tells everybody concerned what the request is now: the requester, those who may decide it and those who did. */
export async function announce(tx: Tx, id: string, at: number): Promise<AccessRequest> {
  const request = await findRequest(tx.db, id);
  if (!request) throw new AppError('internal', 'A request vanished while it was written.');
  const approvers = await peopleInGroups(tx.db, request.approverGroups);
  const deciders = request.view.decisions.map((d) => d.approver);
  const audience = [request.view.requester, ...approvers, ...deciders].map((p) => p.id);
  publish(tx, { kind: 'request-changed', at, request: request.view }, audience);
  return request.view;
}
