import { sql } from 'kysely';
import { cutsAt } from '../../protocol/model/grant.ts';
import { beginGrant } from './begin.ts';
import { lockGrantToEnd, writeEnd } from './end.ts';
import type { GrantServices } from './grants.ts';

/** When what is open with a grant is cut, as `cutsAt` says, in the words of the database. Epoch ms. */
const CUTS_AT = sql<number>`(ends_at + (terms->>'drainSeconds')::bigint * 1000)`;

/** What time does to grants: it begins and ends them. Safe to run at any time and on several nodes. */
export class GrantMoments {
  readonly #with: GrantServices;

  constructor(services: GrantServices) {
    this.#with = services;
  }

  /** Does what is due. What ended before anybody could be told of its beginning does not begin. */
  async sweep(): Promise<void> {
    await this.expireDue();
    await this.startDue();
  }

  /** When the next grant begins or ends by time: epoch ms, or undefined. */
  async next(): Promise<number | undefined> {
    const row = await this.#with.database.db
      .selectFrom('grants')
      .select((eb) => [
        eb.fn.min(CUTS_AT).as('end'),
        eb.fn.min('starts_at').filterWhere('start_announced_at', 'is', null).as('start'),
      ])
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    const moments = [row?.end, row?.start].filter((at) => at !== undefined && at !== null);
    return moments.length === 0 ? undefined : Math.min(...moments);
  }

  /** Ends the grants whose time has come: at `endsAt`, or after it where what is open may drain. */
  async expireDue(): Promise<void> {
    const { database, clock, policy } = this.#with;
    const due = await database.db
      .selectFrom('grants')
      .select('id')
      .where('ended_at', 'is', null)
      .where('ends_at', '<=', clock.now())
      .where(CUTS_AT, '<=', clock.now())
      .execute();
    for (const { id } of due) {
      await database.inTransaction(async (tx) => {
        const grant = await lockGrantToEnd(tx, id, clock.now());
        const now = clock.now();
        // Another node was first, or it was made longer since we looked.
        if (!grant || grant.status.state === 'ended' || now < cutsAt(grant)) return;
        const ending = { end: { reason: 'expired' }, actor: 'backend', by: null, note: '' } as const;
        await writeEnd(tx, grant, ending, now, policy());
      });
    }
  }

  /** Begins the scheduled grants whose time has come, or ends those that policy would not give today. */
  async startDue(): Promise<void> {
    const { database, clock } = this.#with;
    const due = await database.db
      .selectFrom('grants')
      .select('id')
      .where('ended_at', 'is', null)
      .where('start_announced_at', 'is', null)
      .where('starts_at', '<=', clock.now())
      .execute();
    for (const { id } of due) await database.inTransaction((tx) => beginGrant(tx, id, this.#with));
  }
}
