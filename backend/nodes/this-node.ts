import { sql } from 'kysely';
import { AppError } from '../../protocol/errors.ts';
import type { Clock } from '../../protocol/time.ts';
import type { Database } from '../storage/database.ts';
import { newId } from '../storage/ids.ts';
import type { Tx } from '../storage/transaction.ts';

/** How often a node says that it lives. Milliseconds. */
const BEAT_MS = 10_000;
/** How long after its gateway has cut everything a node is called lost: several beats, and a slow commit. Milliseconds. */
const MARGIN_MS = 60_000;

/** The database's time, epoch ms: nodes may differ, and each is judged by the others. */
export const databaseNow = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;

export interface NodeServices {
  database: Database;
  clock: Clock;
  /** So long this node's gateway is to go on without a word of the database, ms. */
  graceMs: () => number;
  onError: (error: unknown) => void;
}

/**
 * This backend among those that share a database. It says again and again that it lives; when it has not for longer than
 * its gateway goes on by itself, the others take its sessions for over. So it must not go on by itself for longer:
 * `silentForMs` counts from a word of its own that has surely reached the database.
 */
export class ThisNode {
  readonly #with: NodeServices;
  readonly #timer: NodeJS.Timeout;
  readonly #lostListeners = new Set<() => void>();
  #id: string;
  #saidAt: number;
  /** The grace that was said with it, ms. */
  #saidGraceMs: number;
  #beating: Promise<void> | undefined;

  private constructor(services: NodeServices, { id, saidAt, graceMs }: Registration) {
    this.#with = services;
    this.#id = id;
    this.#saidAt = saidAt;
    this.#saidGraceMs = graceMs;
    this.#timer = setInterval(() => this.#beatOnce(), BEAT_MS);
  }

  static async start(services: NodeServices): Promise<ThisNode> {
    return new ThisNode(services, await register(services));
  }

  /** Another one after it was taken for lost. */
  get id(): string {
    return this.#id;
  }

  /** How long ago the database was last told that this node lives. Milliseconds. */
  get silentForMs(): number {
    return performance.now() - this.#saidAt;
  }

  /** The grace that holds, ms: a longer one only once the others know of it. */
  get graceMs(): number {
    return Math.min(this.#with.graceMs(), this.#saidGraceMs);
  }

  /** Called when the others have taken this node for lost, and its sessions for over. Returns unsubscribe. */
  onLost(listener: () => void): () => void {
    this.#lostListeners.add(listener);
    return () => this.#lostListeners.delete(listener);
  }

  /**
   * Keeps this node from being taken for lost until the transaction ends, and nobody from anything else: a stronger lock
   * would hold up its beats, and people who open sessions without a pause could have all of them cut.
   * @throws AppError 'unavailable' when it has been already: nothing is written in its name any more
   */
  async hold(tx: Tx): Promise<string> {
    const id = this.#id;
    const row = tx.db.selectFrom('nodes').select('id').where('id', '=', id).where('lost_at', 'is', null).forKeyShare();
    if ((await row.executeTakeFirst()) === undefined)
      throw new AppError('unavailable', 'This gateway was cut off for a while. Try again in a moment.');
    return id;
  }

  /** Says that it lives, now. @throws when the database cannot be told */
  async beat(): Promise<void> {
    const saidAt = performance.now();
    const graceMs = this.#with.graceMs();
    const said = await this.#with.database.db
      .updateTable('nodes')
      .set({ seen_at: databaseNow, lease_ms: graceMs + MARGIN_MS })
      .where('id', '=', this.#id)
      .where('lost_at', 'is', null)
      .executeTakeFirst();
    if (said.numUpdatedRows === 0n) {
      for (const listener of this.#lostListeners) listener();
      this.#id = (await register(this.#with)).id;
    }
    this.#saidAt = saidAt;
    this.#saidGraceMs = graceMs;
  }

  /** Call it once the ends of its sessions are written down: what is left open is for the others, as if it had died. */
  async dispose(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
    const { db } = this.#with.database;
    const open = db.selectFrom('sessions').select('id').where('node_id', '=', this.#id).where('ended_at', 'is', null);
    await db
      .deleteFrom('nodes')
      .where('id', '=', this.#id)
      .where(({ not, exists }) => not(exists(open)))
      .execute();
  }

  #beatOnce(): void {
    this.#beating ??= this.beat()
      .catch((error: unknown) => this.#with.onError(error))
      .finally(() => {
        this.#beating = undefined;
      });
  }
}

interface Registration {
  id: string;
  /** Monotonic, ms. */
  saidAt: number;
  graceMs: number;
}

async function register({ database, clock, graceMs: grace }: NodeServices): Promise<Registration> {
  const [saidAt, now, graceMs] = [performance.now(), clock.now(), grace()];
  const id = newId('nod', now);
  await database.db
    .insertInto('nodes')
    .values({ id, started_at: now, seen_at: databaseNow, lease_ms: graceMs + MARGIN_MS, lost_at: null })
    .execute();
  return { id, saidAt, graceMs };
}
