import type { Clock } from '../../protocol/time.ts';
import type { Database } from '../storage/database.ts';
import type { Sessions } from './sessions.ts';

/** So long after its grant has ended, a gateway that lives has written down that a session has. Milliseconds. */
const LEFT_AFTER_MS = 60_000;

/** Sessions that stand as open in the database although whoever carried them is gone. They are closed as 'lost'. */
export class LeftSessions {
  readonly #with: { database: Database; clock: Clock; sessions: Sessions };

  constructor(services: { database: Database; clock: Clock; sessions: Sessions }) {
    this.#with = services;
  }

  /** All of them: their connections died with the last backend. For the start of a backend that is alone. */
  async closeAll(): Promise<void> {
    const open = this.#with.database.db.selectFrom('sessions').where('ended_at', 'is', null);
    await this.#close(await open.select(['id', 'grant_id']).execute());
  }

  /**
   * Those whose grants have ended: nothing of them goes on. For any node at any time. While a grant lives, nobody can
   * tell them from sessions that another node carries.
   */
  async closeDue(): Promise<void> {
    const due = this.#left().where('g.ended_at', '<=', this.#with.clock.now() - LEFT_AFTER_MS);
    await this.#close(await due.select(['s.id', 's.grant_id']).execute());
  }

  /** When `closeDue` has something to do next: epoch ms, or undefined. */
  async next(): Promise<number | undefined> {
    const row = await this.#left()
      .select((eb) => eb.fn.min('g.ended_at').as('at'))
      .executeTakeFirst();
    return row?.at ? row.at + LEFT_AFTER_MS : undefined;
  }

  #left() {
    return this.#with.database.db
      .selectFrom('sessions as s')
      .innerJoin('grants as g', 'g.id', 's.grant_id')
      .where('s.ended_at', 'is', null)
      .where('g.ended_at', 'is not', null);
  }

  async #close(sessions: readonly { id: string; grant_id: string }[]): Promise<void> {
    const at = this.#with.clock.now();
    for (const { id, grant_id } of sessions)
      await this.#with.sessions.close({ sessionId: id, grantId: grant_id, reason: 'lost', at, details: {} });
  }
}
