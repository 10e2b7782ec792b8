import { AppError } from '../../protocol/errors.ts';
import type { Person } from '../../protocol/model/identity.ts';
import {
  type Ask,
  type Evaluation,
  evaluate,
  groupsOf,
  type Policy,
  publicTarget,
} from '../../protocol/model/policy.ts';
import { durationInWords } from '../../protocol/time.ts';
import { appendAudit } from '../audit/append.ts';
import { newId } from '../storage/ids.ts';
import type { Tx } from '../storage/transaction.ts';

/** How many requests of one person may wait at a time. */
const MOST_PENDING = 50;

export type Allowed = Extract<Evaluation, { allowed: true }>;

/** The role and target of an ask. @throws AppError as `evaluate` refuses it */
export function allowed(policy: Policy, person: Person, ask: Ask, now: number): Allowed {
  const evaluation = evaluate(policy, person, ask, now);
  if (!evaluation.allowed) throw new AppError(evaluation.code, evaluation.message, { field: evaluation.field });
  return evaluation;
}

/** What an audit entry says of an ask. */
export function askDetails(ask: Ask): Record<string, unknown> {
  const { target, login, role, durationSeconds, startsAt, endsWithSession } = ask;
  return { target, login, role: role ?? '', durationSeconds, startsAt, endsWithSession };
}

/** What is asked for and the rules it is asked under, as columns: a later policy does not change them. */
export function askColumns({ role, target }: Allowed, ask: Ask) {
  return {
    target: JSON.stringify(publicTarget(target)),
    login: ask.login,
    role: role.name,
    duration_seconds: ask.durationSeconds,
    reason: ask.reason.trim(),
    ticket: ask.ticket.trim(),
    starts_at: ask.startsAt,
    ends_with_session: ask.endsWithSession,
    requirements: JSON.stringify(role.approvals),
    approver_groups: groupsOf(role.approvals),
    limits: JSON.stringify(role.session),
    terms: JSON.stringify({
      drainSeconds: role.drain,
      onScreenLock: role.onScreenLock,
      maxSeconds: role.maxDuration,
      maxExtensions: role.maxExtensions,
    }),
  };
}

/** Writes a new request and its audit entry. Returns its id. */
export async function insertRequest(
  tx: Tx,
  person: Person,
  given: Allowed,
  ask: Ask,
  { batchId, now }: { batchId: string | null; now: number },
): Promise<string> {
  const id = newId('req', now);
  await tx.db
    .insertInto('requests')
    .values({
      ...askColumns(given, ask),
      id,
      requester_id: person.id,
      state: 'pending',
      created_at: now,
      // From the asking on, also when it begins later: nobody should have to remember to decide it next week.
      lapses_at: now + given.role.lapsesAfter * 1000,
      closed_at: null,
      batch_id: batchId,
      extends_grant_id: null,
    })
    .execute();
  const words = durationInWords(ask.durationSeconds * 1000);
  appendAudit(tx, {
    at: now,
    kind: 'request.created',
    actor: person,
    subject: id,
    message: `${person.name} asked for ${ask.login} on ${ask.target} for ${words}.`,
    details: {
      ...askDetails(ask),
      role: given.role.name,
      reason: ask.reason.trim(),
      ticket: ask.ticket.trim(),
      ...(batchId === null ? {} : { batch: batchId }),
    },
  });
  return id;
}

/**
 * Refuses when so many more would be too many waiting requests of this person. Asks of one person come one after the
 * other from here to the commit, so that two at once cannot both find room.
 */
export async function refuseTooMany(tx: Tx, person: Pick<Person, 'id'>, more = 1): Promise<void> {
  await tx.db.selectFrom('people').select('id').where('id', '=', person.id).forNoKeyUpdate().execute();
  const { count } = await tx.db
    .selectFrom('requests')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('requester_id', '=', person.id)
    .where('state', '=', 'pending')
    .executeTakeFirstOrThrow();
  if (count + more <= MOST_PENDING) return;
  const sentence = `You have ${count} requests waiting, of ${MOST_PENDING} at most; cancel some before you ask again.`;
  throw new AppError('too-many-requests', sentence);
}
