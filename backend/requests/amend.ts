import { AppError } from '../../protocol/errors.ts';
import type { Person } from '../../protocol/model/identity.ts';
import type { Ask, Policy } from '../../protocol/model/policy.ts';
import { type AccessRequest, transition } from '../../protocol/model/request.ts';
import { appendAudit } from '../audit/append.ts';
import { publish, type Tx } from '../storage/transaction.ts';
import { allowed, askColumns } from './ask.ts';
import { findRequest, type StoredRequest } from './load.ts';
import { announce, concernedBy } from './write.ts';

/** What the requester may change: everything but the target. */
export type Amendment = Omit<Ask, 'target'>;

/**
 * Changes what a pending request asks for. It is the next revision, asked under the policy of this moment; what was
 * decided on the last one stays in the table and counts no more. It lapses when it would have.
 */
export async function amendRequest(
  tx: Tx,
  person: Person,
  request: StoredRequest,
  amendment: Amendment,
  { policy, now }: { policy: Policy; now: number },
): Promise<AccessRequest> {
  const { view } = request;
  const outcome = transition(request.facts, { kind: 'amend', by: person.id }, now);
  if (outcome.state !== 'pending') throw new AppError('internal', 'A changed request is not pending.');
  if (view.extendsGrantId !== null)
    throw new AppError('wrong-state', 'A request for more time cannot be changed; take it back and ask again.');
  const ask: Ask = { ...amendment, target: view.target.name };
  const given = allowed(policy, person, ask, now);
  const concerned = await concernedBy(tx, request, now, policy);
  await tx.db
    .updateTable('requests')
    .set({ ...askColumns(given, ask), revision: outcome.revision })
    .where('id', '=', view.id)
    .execute();
  const after = await announce(tx, view.id, now, policy);
  await tellWhomItLeft(tx, view.id, concerned, { policy, now });
  appendAudit(tx, {
    at: now,
    kind: 'request.amended',
    actor: person,
    subject: view.id,
    message: `${person.name} changed what they ask for on ${view.target.name}; ${view.decisions.length} decisions no longer count.`,
    details: { revision: outcome.revision, before: amendable(view), after: amendable(after) },
  });
  return after;
}

/** Another role may have other approvers: the apps of those it no longer concerns would go on showing what it was. */
async function tellWhomItLeft(
  tx: Tx,
  id: string,
  before: readonly string[],
  { policy, now }: { policy: Policy; now: number },
): Promise<void> {
  const request = await findRequest(tx.db, id);
  const after = request ? await concernedBy(tx, request, now, policy) : [];
  const left = before.filter((person) => !after.includes(person));
  if (left.length > 0) publish(tx, { kind: 'access-changed', at: now }, left);
}

function amendable(view: AccessRequest) {
  const { login, role, durationSeconds, reason, ticket, startsAt, endsWithSession } = view;
  return { login, role, durationSeconds, reason, ticket, startsAt, endsWithSession };
}
