import { AppError } from '../../protocol/errors.ts';
import type { Delegation } from '../../protocol/model/access.ts';
import type { Person, PersonRef } from '../../protocol/model/identity.ts';
import { mayApprove, mayStandIn, type Policy } from '../../protocol/model/policy.ts';
import type { Clock } from '../../protocol/time.ts';
import { type Actor, appendAudit } from '../audit/append.ts';
import { auditRefusal } from '../audit/refusals.ts';
import type { Database } from '../storage/database.ts';
import { publish, type Tx } from '../storage/transaction.ts';

export interface DelegationServices {
  database: Database;
  clock: Clock;
  policy: () => Policy;
}

/** How long somebody may take another's place. Milliseconds. */
const LONGEST_MS = 30 * 24 * 3_600_000;

/** Absent approvers and those who take their place: agreed on, taken back, over. */
export class Delegations {
  readonly #with: DelegationServices;

  constructor(services: DelegationServices) {
    this.#with = services;
  }

  /** Has somebody take this person's place until then, instead of whoever did. @param until epoch ms */
  async set(person: Person, standInId: string, until: number): Promise<Delegation> {
    const { database, clock } = this.#with;
    const details = { standIn: standInId, until };
    return auditRefusal(database, clock, { kind: 'delegation.refused', actor: person, details }, async () => {
      const policy = this.#with.policy();
      const now = clock.now();
      refuseToDelegate(policy, person, standInId, until, now);
      const standIn = await this.#candidate(policy, standInId);
      return database.inTransaction(async (tx) => {
        const before = await lockDelegation(tx, person.id);
        await tx.db
          .insertInto('delegations')
          .values({ person_id: person.id, stand_in_id: standIn.id, until, created_at: now })
          .onConflict((c) => c.column('person_id').doUpdateSet({ stand_in_id: standIn.id, until, created_at: now }))
          .execute();
        appendAudit(tx, {
          at: now,
          kind: 'delegation.set',
          actor: person,
          subject: person.id,
          message: `${standIn.name} takes the place of ${person.name} as an approver until ${minuteOf(until)}.`,
          details: { standIn: standIn.id, until, before: before?.stand_in_id ?? null },
        });
        tellBoth(tx, now, [person.id, standIn.id, ...(before ? [before.stand_in_id] : [])]);
        return { standIn, until };
      });
    });
  }

  /** @throws AppError 'wrong-state' when nobody takes this person's place */
  async end(person: Person): Promise<void> {
    const { database, clock } = this.#with;
    await auditRefusal(database, clock, { kind: 'delegation.refused', actor: person, subject: person.id }, () =>
      database.inTransaction(async (tx) => {
        const now = clock.now();
        const row = await lockDelegation(tx, person.id);
        if (!row || row.until <= now) throw new AppError('wrong-state', 'Nobody takes your place as an approver now.');
        await remove(tx, row, person, `${person.name} took their place as an approver back.`, now);
      }),
    );
  }

  /** Ends what is over. Safe to run at any time and on several nodes; whoever decides looks at `until` anyway. */
  async expireDue(): Promise<void> {
    const { database, clock } = this.#with;
    const due = await database.db
      .selectFrom('delegations as d')
      .innerJoin('people as p', 'p.id', 'd.person_id')
      .select(['d.person_id', 'p.name'])
      .where('d.until', '<=', clock.now())
      .execute();
    for (const { person_id, name } of due) {
      await database.inTransaction(async (tx) => {
        const now = clock.now();
        const row = await lockDelegation(tx, person_id);
        if (!row || row.until > now) return;
        await remove(tx, row, 'backend', `The time is over for which somebody took the place of ${name}.`, now);
      });
    }
  }

  /** When the next one is over: epoch ms, or undefined. */
  async nextExpiry(): Promise<number | undefined> {
    const row = await this.#with.database.db
      .selectFrom('delegations')
      .select((eb) => eb.fn.min('until').as('at'))
      .executeTakeFirst();
    return row?.at ?? undefined;
  }

  /** Somebody unknown and somebody whom policy does not name look the same. */
  async #candidate(policy: Policy, id: string): Promise<PersonRef> {
    const row = await this.#with.database.db
      .selectFrom('people')
      .select(['id', 'name', 'email', 'groups'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row || !mayStandIn(policy, row)) {
      const groups = policy.standIns?.groups.join(', ');
      throw new AppError('not-allowed', `Only somebody in ${groups} can take your place; choose another person.`, {
        field: 'standIn',
      });
    }
    return { id: row.id, name: row.name, email: row.email };
  }
}

function refuseToDelegate(policy: Policy, person: Person, standInId: string, until: number, now: number): void {
  // One's own groups: a place that one takes is not handed on.
  if (!policy.roles.some((role) => mayApprove(role, person)))
    throw new AppError('not-allowed', 'You are no approver, so there is no place of yours to take.');
  if (!policy.standIns)
    throw new AppError(
      'not-allowed',
      'The policy lets nobody take the place of an approver; ask an admin to allow it.',
    );
  if (standInId === person.id)
    throw new AppError('invalid-input', 'Choose somebody else than yourself.', { field: 'standIn' });
  if (until <= now) throw new AppError('invalid-input', 'Choose a time that is still to come.', { field: 'until' });
  if (until > now + LONGEST_MS)
    throw new AppError('invalid-input', 'Somebody can take your place for 30 days at most.', { field: 'until' });
}

/** Nobody speaks any longer for somebody whom the identity provider no longer knows. */
export async function endDelegationOfLeaver(tx: Tx, leaver: Pick<Person, 'id' | 'name'>, now: number): Promise<void> {
  const row = await lockDelegation(tx, leaver.id);
  if (row) await remove(tx, row, 'backend', `${leaver.name} left, so nobody takes their place any longer.`, now);
}

interface Row {
  person_id: string;
  stand_in_id: string;
  until: number;
}

async function lockDelegation(tx: Tx, personId: string): Promise<Row | undefined> {
  // The person's row too: there may be no delegation yet, and two at once must come one after the other.
  await tx.db.selectFrom('people').select('id').where('id', '=', personId).forNoKeyUpdate().execute();
  return tx.db
    .selectFrom('delegations')
    .select(['person_id', 'stand_in_id', 'until'])
    .where('person_id', '=', personId)
    .forUpdate()
    .executeTakeFirst();
}

async function remove(tx: Tx, row: Row, actor: Actor, message: string, now: number): Promise<void> {
  await tx.db.deleteFrom('delegations').where('person_id', '=', row.person_id).execute();
  const details = { standIn: row.stand_in_id, until: row.until };
  appendAudit(tx, { at: now, kind: 'delegation.ended', actor, subject: row.person_id, message, details });
  tellBoth(tx, now, [row.person_id, row.stand_in_id]);
}

/** Who they are to the rules has changed: their apps read everything again. */
function tellBoth(tx: Tx, at: number, people: string[]): void {
  publish(tx, { kind: 'access-changed', at }, people);
}

function minuteOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
