import type pg from 'pg';
import { type BackendEvent, backendEventSchema } from '../../protocol/events.ts';
import type { Database } from '../storage/database.ts';

/** An event with its number and those it is for. */
export interface FeedEntry {
  id: number;
  event: BackendEvent;
  /** null: everybody. */
  audience: readonly string[] | null;
}

/** Rows read at a time. */
const BATCH = 500;
/** Looked for even without a wake-up, should a notification be lost. Milliseconds. */
const LOOK_ANYWAY_MS = 5_000;
const RECONNECT_MS = 500;

/**
 * Reads the outbox in order, once for this node, and hands it on. Commits here wake it at once, commits on other nodes
 * by NOTIFY, which carries nothing; only the numbers count, and they are given in commit order.
 */
export class Feed {
  readonly #database: Database;
  readonly #onError: (error: unknown) => void;
  readonly #listeners = new Set<(entries: readonly FeedEntry[]) => void>();
  readonly #unsubscribe: () => void;
  #cursor: number;
  #draining: Promise<void> | undefined;
  #again = false;
  #over = false;
  #heardAt = performance.now();
  #client: pg.Client | undefined;
  #reconnect: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  readonly #lookAnyway: NodeJS.Timeout;

  private constructor(database: Database, cursor: number, onError: (error: unknown) => void) {
    this.#database = database;
    this.#cursor = cursor;
    this.#onError = onError;
    this.#unsubscribe = database.onPublished(() => this.#wake());
    this.#lookAnyway = setInterval(() => this.#wake(), LOOK_ANYWAY_MS);
  }

  /** Begins with what is published from now on. */
  static async start(database: Database, onError: (error: unknown) => void): Promise<Feed> {
    const feed = new Feed(database, await newestEvent(database), onError);
    await feed.#listen();
    return feed;
  }

  /** How long ago the database last answered. It is asked every few seconds. Milliseconds. */
  get silentForMs(): number {
    return performance.now() - this.#heardAt;
  }

  /** Called with each batch, in order, none lost and none twice. Returns unsubscribe. */
  subscribe(listener: (entries: readonly FeedEntry[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async dispose(): Promise<void> {
    this.#over = true;
    clearInterval(this.#lookAnyway);
    clearTimeout(this.#reconnect);
    clearTimeout(this.#retry);
    this.#unsubscribe();
    this.#listeners.clear();
    await this.#draining;
    await this.#client?.end().catch(() => undefined);
  }

  #wake(): void {
    if (this.#over) return;
    this.#again = true;
    this.#draining ??= this.#drain()
      .catch((error: unknown) => {
        this.#onError(error);
        // A revocation may wait in what could not be read.
        clearTimeout(this.#retry);
        this.#retry = setTimeout(() => this.#wake(), RECONNECT_MS);
      })
      .finally(() => {
        this.#draining = undefined;
        if (this.#again) this.#wake();
      });
  }

  async #drain(): Promise<void> {
    while (this.#again && !this.#over) {
      this.#again = false;
      const entries = await eventsAfter(this.#database, this.#cursor, BATCH);
      this.#heardAt = performance.now();
      const last = entries.at(-1);
      if (!last || this.#over) continue;
      this.#cursor = last.id;
      this.#again ||= entries.length === BATCH;
      for (const listener of this.#listeners) this.#tell(listener, entries);
    }
  }

  /** One listener that fails must not keep a batch from the others: the gateway cuts by it. */
  #tell(listener: (entries: readonly FeedEntry[]) => void, entries: readonly FeedEntry[]): void {
    try {
      listener(entries);
    } catch (error) {
      this.#onError(error);
    }
  }

  /** LISTEN on a connection of its own; when it breaks, a new one is made and everything missed is read. */
  async #listen(): Promise<void> {
    try {
      const client = await this.#database.connectAlone();
      if (this.#over) {
        await client.end();
        return;
      }
      this.#client = client;
      client.on('notification', () => this.#wake());
      // More than one may come of a single break.
      client.on('error', (error) => this.#onError(error));
      client.once('end', () => this.#listenAgain());
      await client.query('listen sallyport_outbox');
      this.#wake();
    } catch (error) {
      this.#onError(error);
      this.#listenAgain();
    }
  }

  #listenAgain(): void {
    if (this.#over) return;
    clearTimeout(this.#reconnect);
    this.#reconnect = setTimeout(() => void this.#listen(), RECONNECT_MS);
  }
}

/** The number of the newest event, 0 when there never was one. */
export async function newestEvent(database: Pick<Database, 'db'>): Promise<number> {
  const row = await database.db
    .selectFrom('outbox')
    .select((eb) => eb.fn.max('id').as('id'))
    .executeTakeFirst();
  return row?.id ?? 0;
}

/** Events after a cursor, for one person or for all, in order. */
export async function eventsAfter(
  database: Database,
  cursor: number,
  limit: number,
  personId?: string,
): Promise<FeedEntry[]> {
  const rows = await database.db
    .selectFrom('outbox')
    .select(['id', 'at', 'event', 'audience'])
    .where('id', '>', cursor)
    .$if(personId !== undefined, (q) =>
      q.where((eb) => eb.or([eb('audience', 'is', null), eb(eb.val(personId ?? ''), '=', eb.fn.any('audience'))])),
    )
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(({ id, at, event, audience }) => ({ id, audience, event: readEvent(event, at) }));
}

/** What another version of this program wrote and this one cannot read must not stop the feed: read everything again. */
function readEvent(stored: unknown, at: number): BackendEvent {
  const parsed = backendEventSchema.safeParse(stored);
  return parsed.success ? parsed.data : { kind: 'reset', at };
}
