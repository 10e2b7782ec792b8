import { AppError } from '../../protocol/errors.ts';
import { type DryRun, namesToDecideIn, type ShownFacts } from '../../protocol/model/access.ts';
import type { Person, PersonRef } from '../../protocol/model/identity.ts';
import type { Ask, Policy } from '../../protocol/model/policy.ts';
import { type AccessRequest, transition } from '../../protocol/model/request.ts';
import type { Clock } from '../../protocol/time.ts';
import { appendAudit } from '../audit/append.ts';
import { auditRefusal } from '../audit/refusals.ts';
import { standInsOf } from '../delegation/places.ts';
import type { Database } from '../storage/database.ts';
import { newId } from '../storage/ids.ts';
import { peopleInGroups } from '../storage/people.ts';
import { type Amendment, amendRequest } from './amend.ts';
import { type Allowed, allowed, askDetails, insertRequest, refuseTooMany } from './ask.ts';
import { factsOf } from './facts.ts';
import { findRequest, lockRequest, maySee } from './load.ts';
import { announce, writeOutcome } from './write.ts';

export interface RequestServices {
  database: Database;
  clock: Clock;
  policy: () => Policy;
  /** Which of these people have an app that listens now. */
  onlineAmong: (people: readonly string[]) => Promise<ReadonlySet<string>>;
}

/** One ask for several targets; each takes the first role that gives it. */
export type BatchAsk = Omit<Ask, 'target' | 'role'> & { targets: readonly string[] };

/** Asking, changing, taking back. Each refusal is audited and says which rule. */
export class Requests {
  readonly #with: RequestServices;

  constructor(services: RequestServices) {
    this.#with = services;
  }

  /** Who would have to approve this, and who of them is there. Changes nothing, so a refusal leaves no entry. */
  async dryRun(person: Person, ask: Ask): Promise<DryRun> {
    const { clock } = this.#with;
    const { role } = allowed(this.#with.policy(), person, ask, clock.now());
    const needs = await Promise.all(
      role.approvals.map(async (need) => ({ ...need, online: await this.#online(person, need.groups) })),
    );
    return { role: role.name, durationSeconds: ask.durationSeconds, needs };
  }

  async create(person: Person, ask: Ask): Promise<AccessRequest> {
    const { database, clock } = this.#with;
    const refused = { kind: 'request.refused', actor: person, details: askDetails(ask) } as const;
    return auditRefusal(database, clock, refused, async () => {
      const policy = this.#with.policy();
      const given = allowed(policy, person, ask, clock.now());
      return database.inTransaction(async (tx) => {
        await refuseTooMany(tx, person);
        const now = clock.now();
        return announce(tx, await insertRequest(tx, person, given, ask, { batchId: null, now }), now, policy);
      });
    });
  }

  /** Asks for several targets: a request for each, or none at all. */
  async createBatch(person: Person, { targets, ...rest }: BatchAsk): Promise<AccessRequest[]> {
    const { database, clock } = this.#with;
    const { durationSeconds, login, startsAt, endsWithSession } = rest;
    const details = { targets, login, durationSeconds, startsAt, endsWithSession };
    return auditRefusal(database, clock, { kind: 'request.refused', actor: person, details }, async () => {
      if (new Set(targets).size < targets.length)
        throw new AppError('invalid-input', 'Name each target once.', { field: 'targets' });
      const policy = this.#with.policy();
      const given = targets.map((target): [Ask, Allowed] => {
        const ask = { ...rest, target };
        return [ask, allowedOf(policy, person, ask, clock.now())];
      });
      return database.inTransaction(async (tx) => {
        await refuseTooMany(tx, person, given.length);
        const now = clock.now();
        const batchId = newId('bat', now);
        const requests: AccessRequest[] = [];
        for (const [ask, evaluation] of given)
          requests.push(
            await announce(tx, await insertRequest(tx, person, evaluation, ask, { batchId, now }), now, policy),
          );
        return requests;
      });
    });
  }

  /** Changes what a pending request of this person asks for. */
  async amend(person: Person, id: string, amendment: Amendment): Promise<AccessRequest> {
    const { database, clock } = this.#with;
    const { login, role = '', durationSeconds, startsAt, endsWithSession } = amendment;
    const details = { amends: true, login, role, durationSeconds, startsAt, endsWithSession };
    return auditRefusal(database, clock, { kind: 'request.refused', actor: person, subject: id, details }, () =>
      database.inTransaction(async (tx) => {
        const request = await lockRequest(tx.db, id);
        if (!request || !maySee(request, person)) throw noRequest();
        return amendRequest(tx, person, request, amendment, { policy: this.#with.policy(), now: clock.now() });
      }),
    );
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

  /** What one should know before deciding: for those who may, and for whom it is about. */
  async facts(person: Person, id: string): Promise<ShownFacts> {
    const { database, clock } = this.#with;
    return auditRefusal(database, clock, { kind: 'access.refused', actor: person, subject: id }, async () => {
      const request = await findRequest(database.db, id);
      if (!request || !maySee(request, person)) throw noRequest();
      const { view } = request;
      if (view.requester.id !== person.id && namesToDecideIn(view, person).length === 0)
        throw new AppError('not-allowed', 'Only those who may decide a request see the history behind it.');
      return factsOf(database.db, view, this.#with.policy(), clock.now());
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
        return announce(tx, id, now, this.#with.policy());
      }),
    );
  }

  async #online(requester: Person, groups: readonly string[]): Promise<PersonRef[]> {
    const { database, clock, onlineAmong } = this.#with;
    const about = { policy: this.#with.policy(), requesterId: requester.id, now: clock.now() };
    const found = await Promise.all([peopleInGroups(database.db, groups), standInsOf(database.db, groups, about)]);
    const people = new Map(found.flat().map((p) => [p.id, p]));
    people.delete(requester.id);
    const online = await onlineAmong([...people.keys()]);
    return [...people.values()].filter((p) => online.has(p.id));
  }
}

/** What is said of a request that is not there, and of one that is none of this person's business. */
export function noRequest(): AppError {
  return new AppError('not-found', 'There is no such request, or it is not for you to see.');
}

/** @throws AppError that names the target which is refused */
function allowedOf(policy: Policy, person: Person, ask: Ask, now: number): Allowed {
  try {
    return allowed(policy, person, ask, now);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const field = error.field === 'target' || error.field === undefined ? 'targets' : error.field;
    throw new AppError(error.code, `${ask.target}: ${error.message}`, { field });
  }
}
