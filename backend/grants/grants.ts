import { AppError } from '../../protocol/errors.ts';
import { mayRevoke } from '../../protocol/model/access.ts';
import { endGrant, endSentence, type Grant, type GrantEnd } from '../../protocol/model/grant.ts';
import type { Person } from '../../protocol/model/identity.ts';
import type { Policy } from '../../protocol/model/policy.ts';
import type { Clock } from '../../protocol/time.ts';
import { appendAudit } from '../audit/append.ts';
import { auditRefusal } from '../audit/refusals.ts';
import type { Database } from '../storage/database.ts';
import type { Tx } from '../storage/transaction.ts';
import { announceGrant } from './announce.ts';
import { lockGrant } from './load.ts';

export interface GrantServices {
  database: Database;
  clock: Clock;
  policy: () => Policy;
}

/** Ending what was given: by its holder, by those who may revoke it, by time. */
export class Grants {
  readonly #with: GrantServices;

  constructor(services: GrantServices) {
    this.#with = services;
  }

  async release(person: Person, id: string): Promise<Grant> {
    return this.#endByPerson(person, id, '', () => ({ reason: 'released', by: person.id }));
  }

  async revoke(person: Person, id: string, note: string): Promise<Grant> {
    return this.#endByPerson(person, id, note, (grant) => ({
      reason: 'revoked',
      by: person.id,
      mayEnd: mayRevoke(grant, grant.approverGroups, person),
    }));
  }

  /** Ends the grants whose time has come. Safe to run at any time and on several nodes. */
  async expireDue(): Promise<void> {
    const { database, clock } = this.#with;
    const due = await database.db
      .selectFrom('grants')
      .select('id')
      .where('ended_at', 'is', null)
      .where('ends_at', '<=', clock.now())
      .execute();
    for (const { id } of due) {
      await database.inTransaction(async (tx) => {
        const now = clock.now();
        const grant = await lockGrant(tx.db, id, now, 'update');
        if (!grant || grant.status.state === 'ended') return;
        await this.#write(tx, grant, { reason: 'expired' }, null, '', now);
      });
    }
  }

  /** When the next grant ends by time: epoch ms, or undefined. */
  async nextExpiry(): Promise<number | undefined> {
    const row = await this.#with.database.db
      .selectFrom('grants')
      .select((eb) => eb.fn.min('ends_at').as('at'))
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    return row?.at ?? undefined;
  }

  #endByPerson(person: Person, id: string, note: string, endOf: (grant: Grant) => GrantEnd): Promise<Grant> {
    const { database, clock } = this.#with;
    return auditRefusal(database, clock, { kind: 'grant.end-refused', actor: person, subject: id }, () =>
      database.inTransaction(async (tx) => {
        const now = clock.now();
        const grant = await lockGrant(tx.db, id, now, 'update');
        const concerns = grant && (grant.requester.id === person.id || mayRevoke(grant, grant.approverGroups, person));
        if (!concerns) throw new AppError('not-found', 'There is no such access, or it is not for you to end.');
        return this.#write(tx, grant, endOf(grant), person, note.trim(), now);
      }),
    );
  }

  async #write(tx: Tx, grant: Grant, end: GrantEnd, person: Person | null, note: string, now: number): Promise<Grant> {
    const reason = endGrant(grant, end, now);
    await tx.db
      .updateTable('grants')
      .set({ ended_at: now, end_reason: reason, ended_by: person?.id ?? null, end_note: note })
      .where('id', '=', grant.id)
      .execute();
    const why = reason === 'released' ? `${person?.name} released it` : endSentence(reason, person?.name);
    appendAudit(tx, {
      at: now,
      kind: 'grant.ended',
      actor: person ?? 'backend',
      subject: grant.id,
      message: `The access of ${grant.requester.name} to ${grant.login} on ${grant.target.name} ended: ${why}.`,
      details: { reason, note, endsAt: grant.endsAt },
    });
    return announceGrant(tx, grant.id, now, this.#with.policy().duties.admins);
  }
}
