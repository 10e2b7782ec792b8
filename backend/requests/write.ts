import { AppError } from '../../protocol/errors.ts';
import type { Decision } from '../../protocol/model/decision.ts';
import type { Policy } from '../../protocol/model/policy.ts';
import type { AccessRequest, RequestOutcome } from '../../protocol/model/request.ts';
import { appendAudit } from '../audit/append.ts';
import { standInsOf } from '../delegation/places.ts';
import { peopleInGroups } from '../storage/people.ts';
import { publish, type Tx } from '../storage/transaction.ts';
import { findRequest, type StoredRequest } from './load.ts';

/** Writes an approver's word down, for the revision it was said of. */
export async function insertDecision(tx: Tx, { view }: StoredRequest, decision: Decision): Promise<void> {
  await tx.db
    .insertInto('decisions')
    .values({
      id: decision.id,
      request_id: view.id,
      revision: view.revision,
      approver_id: decision.approver.id,
      on_behalf_of: decision.onBehalfOf?.id ?? null,
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
  const inPlace = decision.onBehalfOf ? `, in the place of ${decision.onBehalfOf.name},` : '';
  appendAudit(tx, {
    at: decision.at,
    kind: 'decision.made',
    actor: decision.approver,
    subject: id,
    message: `${decision.approver.name}${inPlace} ${did} ${login} on ${target.name} for ${requester.name}.`,
    details: {
      decision: decision.id,
      revision: request.view.revision,
      verdict: decision.verdict,
      reason: decision.reason,
      groups: decision.groups,
      onBehalfOf: decision.onBehalfOf?.id ?? null,
      durationSeconds: decision.durationSeconds ?? null,
    },
  });
}

/** Tells everybody concerned what the request is now. */
export async function announce(tx: Tx, id: string, at: number, policy: Policy): Promise<AccessRequest> {
  const request = await findRequest(tx.db, id);
  if (!request) throw new AppError('internal', 'A request vanished while it was written.');
  publish(tx, { kind: 'request-changed', at, request: request.view }, await concernedBy(tx, request, at, policy));
  return request.view;
}

/** The ids of all whom a request concerns: the requester, those who may decide it, in whichever name, and those who did. */
export async function concernedBy(tx: Tx, request: StoredRequest, now: number, policy: Policy): Promise<string[]> {
  const { requester, decisions } = request.view;
  const approvers = await peopleInGroups(tx.db, request.approverGroups);
  const standIns = await standInsOf(tx.db, request.approverGroups, { policy, requesterId: requester.id, now });
  return [requester, ...approvers, ...standIns, ...decisions.map((d) => d.approver)].map((p) => p.id);
}
