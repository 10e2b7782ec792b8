import { sql } from 'kysely';
import type { Database } from '../storage/database.ts';
import { newId } from '../storage/ids.ts';
import type { Presence } from './presence.ts';

/** What a node said of its people is good for so long without another word of it. */
const LEASE = sql`interval '15 seconds'`;
const BEAT_MS = 5_000;

/**
 * Who is online at any node: each writes down who is at its own, under a lease that it renews. What a node that died left
 * there counts no longer than the lease.
 */
export class Online {
  readonly #database: Database;
  readonly #presence: Presence;
  readonly #onError: (error: unknown) => void;
  readonly #node: string;
  readonly #unsubscribe: () => void;
  readonly #beating: NodeJS.Timeout;
  /** Whom the database has at this node, as far as we know. */
  #written = new Set<string>();
  #writing: Promise<void> | undefined;
  #again = false;
  #over = false;

  constructor(options: { database: Database; presence: Presence; now: number; onError: (error: unknown) => void }) {
    this.#database = options.database;
    this.#presence = options.presence;
    this.#onError = options.onError;
    this.#node = newId('nod', options.now);
    this.#unsubscribe = options.presence.onChange(() => this.#wake());
    this.#beating = setInterval(() => this.#wake(), BEAT_MS);
    this.#wake();
  }

  /** Which of these people have an app that listens now, at whichever node. */
  async among(people: readonly string[]): Promise<ReadonlySet<string>> {
    const here = people.filter((id) => this.#presence.isOnline(id));
    const rest = people.filter((id) => !here.includes(id));
    if (rest.length === 0) return new Set(here);
    const elsewhere = await this.#database.db
      .selectFrom('people_online as o')
      .innerJoin('presence_leases as l', 'l.node_id', 'o.node_id')
      .select('o.person_id')
      .where('o.person_id', 'in', rest)
      // Who has just left here may still be written.
      .where('o.node_id', '<>', this.#node)
      .where('l.until', '>', sql<Date>`clock_timestamp()`)
      .execute();
    return new Set([...here, ...elsewhere.map((row) => row.person_id)]);
  }

  /** Says that nobody is here any more; a database that is away hears it by the lease. */
  async dispose(): Promise<void> {
    this.#over = true;
    this.#unsubscribe();
    clearInterval(this.#beating);
    await this.#writing;
    await this.#database.db
      .deleteFrom('presence_leases')
      .where('node_id', '=', this.#node)
      .execute()
      .catch((error: unknown) => this.#onError(error));
  }

  /** One write at a time; who comes and goes meanwhile is in the next. After a failure the next beat tries again. */
  #wake(): void {
    if (this.#over) return;
    this.#again = true;
    this.#writing ??= this.#write().then(
      () => {
        this.#writing = undefined;
        if (this.#again) this.#wake();
      },
      (error: unknown) => {
        this.#writing = undefined;
        this.#onError(error);
      },
    );
  }

  async #write(): Promise<void> {
    while (this.#again && !this.#over) {
      this.#again = false;
      if (!(await this.#renew())) this.#written = new Set();
      const here = new Set(this.#presence.people());
      const came = [...here].filter((id) => !this.#written.has(id));
      const went = [...this.#written].filter((id) => !here.has(id));
      await this.#database.db.transaction().execute(async (trx) => {
        if (went.length > 0)
          await trx
            .deleteFrom('people_online')
            .where('node_id', '=', this.#node)
            .where('person_id', 'in', went)
            .execute();
        if (came.length > 0)
          await sql`insert into people_online (node_id, person_id) select ${this.#node}, unnest(${came}::text[])
            on conflict do nothing`.execute(trx);
      });
      this.#written = here;
    }
  }

  /** False when this node was not known any more, and with it nobody who is here. Buries the long dead meanwhile. */
  async #renew(): Promise<boolean> {
    const { rows } = await sql<{ known: boolean }>`
      with dead as (delete from presence_leases where until < clock_timestamp() - interval '1 minute' and node_id <> ${this.#node})
      insert into presence_leases (node_id, until) values (${this.#node}, clock_timestamp() + ${LEASE})
      on conflict (node_id) do update set until = excluded.until
      returning (xmax <> 0) as known`.execute(this.#database.db);
    return rows[0]?.known === true;
  }
}
