import type { Clock } from '../../protocol/time.ts';
import { appendAudit } from '../audit/append.ts';
import type { Sessions } from '../grants/sessions.ts';
import type { Database } from '../storage/database.ts';
import { databaseNow } from './this-node.ts';

/** How often is looked for them. Milliseconds. */
const LOOK_MS = 15_000;
/** The end of a session whose node died. */
export const NODE_LOST = 'node-lost';

/** Nodes that say no more that they live: any other closes their sessions, which went with them. */
export class LostNodes {
  readonly #with: { database: Database; clock: Clock; sessions: Sessions };

  constructor(services: { database: Database; clock: Clock; sessions: Sessions }) {
    this.#with = services;
  }

  /** @returns stop, which waits for what is being closed */
  watch(onError: (error: unknown) => void): () => Promise<void> {
    let looking: Promise<void> | undefined;
    const timer = setInterval(() => {
      looking ??= this.closeDue()
        .catch(onError)
        .finally(() => {
          looking = undefined;
        });
    }, LOOK_MS);
    return async () => {
      clearInterval(timer);
      await looking;
    };
  }

  /** Safe on several nodes at once: each is called lost once, each session closed once. */
  async closeDue(): Promise<void> {
    const { database, clock, sessions } = this.#with;
    await this.#callLost();
    const open = await database.db
      .selectFrom('sessions as s')
      .innerJoin('nodes as n', 'n.id', 's.node_id')
      .where('n.lost_at', 'is not', null)
      .where('s.ended_at', 'is', null)
      .select(['s.id', 's.grant_id', 's.node_id'])
      .execute();
    for (const { id, grant_id, node_id } of open) {
      const closing = { sessionId: id, grantId: grant_id, reason: NODE_LOST, at: clock.now() };
      await sessions.close({ ...closing, details: { node: node_id } });
    }
    // Nothing can be opened in the name of one that was called lost: with its last session closed it is forgotten.
    await database.db
      .deleteFrom('nodes')
      .where('lost_at', 'is not', null)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('sessions')
              .select('sessions.id')
              .whereRef('sessions.node_id', '=', 'nodes.id')
              .where('sessions.ended_at', 'is', null),
          ),
        ),
      )
      .execute();
  }

  async #callLost(): Promise<void> {
    const { database, clock } = this.#with;
    await database.inTransaction(async (tx) => {
      const at = clock.now();
      // The strongest lock, and before anything is changed: an update by itself would pass by whoever holds the node.
      const lost = await tx.db
        .selectFrom('nodes')
        .select(['id', 'seen_at'])
        .where('lost_at', 'is', null)
        .where((eb) => eb(eb('seen_at', '+', eb.ref('lease_ms')), '<', databaseNow))
        .orderBy('id')
        .forUpdate()
        .execute();
      if (lost.length === 0) return;
      const ids = lost.map(({ id }) => id);
      await tx.db.updateTable('nodes').set({ lost_at: at }).where('id', 'in', ids).execute();
      for (const { id, seen_at } of lost) {
        const message = 'A node of the backend was lost: it says no more that it lives. Its sessions are over.';
        appendAudit(tx, {
          at,
          kind: 'backend.lost',
          actor: 'backend',
          subject: id,
          message,
          details: { seenAt: seen_at },
        });
      }
    });
  }
}
