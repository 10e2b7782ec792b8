import { AppError } from '../../protocol/errors.ts';
import type { DryRun } from '../../protocol/model/access.ts';
import type { Decision, Verdict } from '../../protocol/model/decision.ts';
import type { Person } from '../../protocol/model/identity.ts';
import { type Ask, evaluate, groupsOf, type Policy, publicTarget } from '../../protocol/model/policy.ts';
import { type AccessRequest, transition } from '../../protocol/model/request.ts';
import { type Clock, durationInWords } from '../../protocol/time.ts';
import { appendAudit } from '../audit/append.ts';
import { auditRefusal } from '../audit/refusals.ts';
import { giveGrant } from '../grants/give.ts';
import type { Database } from '../storage/database.ts';
import { newId } from '../storage/ids.ts';
import { peopleInGroups } from '../storage/people.ts';
import type { Tx } from '../storage/transaction.ts';
import { findRequest, lockRequest, maySee } from './load.ts';
import { announce, auditDecision, insertDecision, writeOutcome } from './write.ts';

export interface RequestServices {
  database: Database;
  clock: Clock;
  policy: () => Policy;
  /** Whether a person has an app that listens now. */
  isOnline: (personId: string) => boolean;
}

export interface DecisionInput {
  verdict: Verdict;
  reason: string;
  durationSeconds?: number | undefined;
}

/** How many requests of one person may wait at a time. */
const MOST_PENDING = 50;

/** Asking, deciding, taking back. Each refusal is audited and says which rule. */
export class Requests {
  readonly #with: RequestServices;

  constructor(services: RequestServices) {
    this.#with = services;
  }

  /** Who would have to approve this, and who of them is there. Changes nothing, so a refusal leaves no entry. */
  async dryRun(person: Person, ask: Ask): Promise<DryRun> {
    const { role } = allowed(this.#with.policy(), person, ask);
    const needs = await Promise.all(
      role.approvals.map(async (need) => {
        const people = await peopleInGroups(this.#with.database.db, need.groups);
        return { ...need, online: people.filter((p) => p.id !== person.id && this.#with.isOnline(p.id)) };
      }),
    );
    return { role: role.name, durationSeconds: ask.durationSeconds, needs };
  }

  async create(person: Person, ask: Ask): Promise<AccessRequest> {
    const { database, clock } = this.#with;
    const details = {
      target: ask.target,
      login: ask.login,
      role: ask.role ?? '',
      durationSeconds: ask.durationSeconds,
    };
    return auditRefusal(database, clock, { kind: 'request.refused', actor: person, details }, async () => {
      const { role, target } = allowed(this.#with.policy(), person, ask);
      return database.inTransaction(async (tx) => {
        await refuseTooMany(tx, person);
        const now = clock.now();
        const id = newId('req', now);
        await tx.db
          .insertInto('requests')
          .values({
            id,
            requester_id: person.id,
            target: JSON.stringify(publicTarget(target)),
            login: ask.login,
            role: role.name,
            duration_seconds: ask.durationSeconds,
            reason: ask.reason.trim(),
            ticket: ask.ticket.trim(),
            state: 'pending',
            created_at: now,
            lapses_at: now + role.lapsesAfter * 1000,
            closed_at: null,
            requirements: JSON.stringify(role.approvals),
            approver_groups: groupsOf(role.approvals),
            limits: JSON.stringify(role.session),
          })
          .execute();
        const words = durationInWords(ask.durationSeconds * 1000);
        const message = `${person.name} asked for ${ask.login} on ${target.name} for ${words}.`;
        const more = { ...details, role: role.name, reason: ask.reason.trim(), ticket: ask.ticket.trim() };
        appendAudit(tx, { at: now, kind: 'request.created', actor: person, subject: id, message, details: more });
        return announce(tx, id, now);
      });
    });
  }

  /** @throws AppError 'not-found', which is also said of a request that is none of this person's business */
  async show(person: Person, id: string): Promise<AccessRequest> {
    const { database, clock } = this.#with;
    return auditRefusal(database, clock, { kind: 'access.refused', actor: person, subject: id }, async () => {
      const request = await findRequest(database.db, id);
      if (!request || !maySee(request, person)) throw noRequest();
      return request.view;
    });
  }

  async cancel(person: Person, id: string): Promise<AccessRequest> {
    const { database, clock } = this.#with;
    return auditRefusal(database, clock, { kind: 'request.refused', actor: person, subject: id }, () =>
      database.inTransaction(async (tx) => {
        const request = await lockRequest(tx.db, id);
        if (!request || !maySee(request, person)) throw noRequest();
        const now = clock.now();
        await writeOutcome(tx, request, transition(request.facts, { kind: 'cancel', by: person.id }, now), now);
        const message = `${person.name} took the request back.`;
        appendAudit(tx, { at: now, kind: 'request.cancelled', actor: person, subject: id, message });
        return announce(tx, id, now);
      }),
    );
  }

  /** One approver's word. The last one needed gives the grant, in the same transaction; its clock starts then. */
  async decide(person: Person, id: string, input: DecisionInput): Promise<AccessRequest> {
    const { database, clock } = this.#with;
    const details = { verdict: input.verdict };
    return auditRefusal(database, clock, { kind: 'decision.refused', actor: person, subject: id, details }, () =>
      database.inTransaction(async (tx) => {
        const request = await lockRequest(tx.db, id);
        if (!request) throw noRequest();
        const now = clock.now();
        const decision = decisionOf(person, input, now);
        const outcome = transition(request.facts, { kind: 'decide', decision }, now);
        await insertDecision(tx, id, decision);
        await writeOutcome(tx, request, outcome, now);
        auditDecision(tx, request, decision);
        if (outcome.state === 'approved')
          await giveGrant(tx, request, outcome.durationSeconds, now, this.#with.policy().duties.admins);
        return announce(tx, id, now);
      }),
    );
  }

  /** Lets the requests lapse whose time has come. Safe to run at any time and on several nodes. */
  async lapseDue(): Promise<void> {
    const { database, clock } = this.#with;
    const due = await database.db
      .selectFrom('requests')
      .select('id')
      .where('state', '=', 'pending')
      .where('lapses_at', '<=', clock.now())
      .execute();
    for (const { id } of due) {
      await database.inTransaction(async (tx) => {
        const request = await lockRequest(tx.db, id);
        if (request?.facts.state !== 'pending') return;
        const now = clock.now();
        await writeOutcome(tx, request, transition(request.facts, { kind: 'lapse' }, now), now);
        const message = `Nobody decided the request of ${request.view.requester.name} in time.`;
        appendAudit(tx, { at: now, kind: 'request.lapsed', actor: 'backend', subject: id, message });
        await announce(tx, id, now);
      });
    }
  }

  /** When the next pending request lapses: epoch ms, or undefined. */
  async nextLapse(): Promise<number | undefined> {
    const row = await this.#with.database.db
      .selectFrom('requests')
      .select((eb) => eb.fn.min('lapses_at').as('at'))
      .where('state', '=', 'pending')
      .executeTakeFirst();
    return row?.at ?? undefined;
  }
}

function allowed(policy: Policy, person: Person, ask: Ask) {
  const evaluation = evaluate(policy, person, ask);
  if (!evaluation.allowed) throw new AppError(evaluation.code, evaluation.message, { field: evaluation.field });
  return evaluation;
}

function noRequest(): AppError {
  return new AppError('not-found', 'There is no such request, or it is not for you to see.');
}

async function refuseTooMany(tx: Tx, person: Person): Promise<void> {
  const { count } = await tx.db
    .selectFrom('requests')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('requester_id', '=', person.id)
    .where('state', '=', 'pending')
    .executeTakeFirstOrThrow();
  if (count >= MOST_PENDING)
    throw new AppError('too-many-requests', `You have ${count} requests waiting; cancel some before you ask again.`);
}

function decisionOf(person: Person, input: DecisionInput, now: number): Decision {
  const { id, name, email } = person;
  return {
    id: newId('dec', now),
    approver: { id, name, email },
    groups: person.groups,
    verdict: input.verdict,
    reason: input.reason.trim(),
    ...(input.durationSeconds === undefined ? {} : { durationSeconds: input.durationSeconds }),
    at: now,
  };
}
