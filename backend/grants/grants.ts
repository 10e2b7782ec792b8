import { AppError } from '../../protocol/errors.ts';
import { mayRevoke } from '../../protocol/model/access.ts';
import type { Grant, GrantEnd } from '../../protocol/model/grant.ts';
import type { Person } from '../../protocol/model/identity.ts';
import type { Policy } from '../../protocol/model/policy.ts';
import type { Clock } from '../../protocol/time.ts';
import { auditRefusal } from '../audit/refusals.ts';
import type { Database } from '../storage/database.ts';
import { lockGrantToEnd, writeEnd } from './end.ts';

export interface GrantServices {
  database: Database;
  clock: Clock;
  policy: () => Policy;
}

/** Ending what was given, or is to begin: by its holder, or by those who may revoke it. Time ends it elsewhere. */
export class Grants {
  readonly #with: GrantServices;

  constructor(services: GrantServices) {
    this.#with = services;
  }

  async release(person: Person, id: string): Promise<Grant> {
    return this.#end(person, id, '', () => ({ reason: 'released', by: person.id }));
  }

  async revoke(person: Person, id: string, note: string): Promise<Grant> {
    return this.#end(person, id, note, (grant) => ({
      reason: 'revoked',
      by: person.id,
      mayEnd: mayRevoke(grant, grant.approverGroups, person),
    }));
  }

  #end(person: Person, id: string, note: string, endOf: (grant: Grant) => GrantEnd): Promise<Grant> {
    const { database, clock, policy } = this.#with;
    return auditRefusal(database, clock, { kind: 'grant.end-refused', actor: person, subject: id }, () =>
      database.inTransaction(async (tx) => {
        const grant = await lockGrantToEnd(tx, id, clock.now());
        const concerns = grant && (grant.requester.id === person.id || mayRevoke(grant, grant.approverGroups, person));
        if (!concerns) throw new AppError('not-found', 'There is no such access, or it is not for you to end.');
        const ending = { end: endOf(grant), actor: person, by: person, note: note.trim() };
        return writeEnd(tx, grant, ending, clock.now(), policy());
      }),
    );
  }
}
