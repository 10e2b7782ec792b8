import type { ServerResponse } from 'node:http';
import { type BackendEvent, HEARTBEAT_MS } from '../../protocol/events.ts';
import type { Clock } from '../../protocol/time.ts';
import type { Database } from '../storage/database.ts';
import { eventsAfter, type Feed, type FeedEntry, newestEvent } from './feed.ts';
import type { Presence } from './presence.ts';

export interface StreamServices {
  database: Database;
  clock: Clock;
  feed: Feed;
  presence: Presence;
  /** Whether a sign-in still stands; asked at each heartbeat. */
  isSignInLive: (signInId: string) => Promise<boolean>;
  /** Called when a sign-in ends on this node. Returns unsubscribe. */
  onSignInEnded: (listener: (signInId: string) => void) => () => void;
}

export interface StreamCaller {
  personId: string;
  signInId: string;
  /** When the access token runs out: epoch ms. */
  expiresAt: number;
}

/** What a reader that does not keep up may leave lying here; past it, it is cut and may resume from its cursor. */
const MOST_UNREAD_BYTES = 1024 * 1024;
const BATCH = 200;
/** Streams of one sign-in, which is one app: it has one, and for a moment a second after a lost connection. */
const MOST_STREAMS = 16;

/** The event streams of this node. */
export class EventStreams {
  readonly #with: StreamServices;
  readonly #open = new Set<Stream>();

  constructor(services: StreamServices) {
    this.#with = services;
  }

  /** Serves one stream until either side ends it; of too many of one sign-in the oldest ends. @param cursor where to resume; undefined begins with what comes next */
  serve(response: ServerResponse, caller: StreamCaller, cursor: string | undefined): void {
    // Gone while we looked who it is: its 'close' has been, and will not come again.
    if (response.destroyed) return;
    const stream = new Stream(this.#with, response, caller, () => this.#open.delete(stream));
    const ofSignIn = [...this.#open].filter((open) => open.signInId === caller.signInId);
    if (ofSignIn.length >= MOST_STREAMS) ofSignIn[0]?.close();
    this.#open.add(stream);
    void stream.run(cursor);
  }

  dispose(): void {
    for (const stream of this.#open) stream.close();
  }
}

class Stream {
  readonly #with: StreamServices;
  readonly #response: ServerResponse;
  readonly #caller: StreamCaller;
  readonly #ends: (() => void)[] = [];
  /** What the feed brought while older events were still being read; undefined once those are sent. */
  #waiting: FeedEntry[] | undefined = [];
  /** The newest event this reader has been given or did not have to be. */
  #sent = 0;
  #closed = false;

  constructor(services: StreamServices, response: ServerResponse, caller: StreamCaller, onClose: () => void) {
    this.#with = services;
    this.#response = response;
    this.#caller = caller;
    this.#ends.push(onClose);
  }

  get signInId(): string {
    return this.#caller.signInId;
  }

  async run(cursor: string | undefined): Promise<void> {
    const { clock, feed, presence, onSignInEnded } = this.#with;
    const { personId, signInId, expiresAt } = this.#caller;
    const heartbeat = setInterval(() => void this.#beat(), HEARTBEAT_MS);
    const expiry = setTimeout(() => this.close(), Math.min(Math.max(expiresAt - clock.now(), 0), 2 ** 31 - 1));
    this.#ends.push(
      () => clearInterval(heartbeat),
      () => clearTimeout(expiry),
      presence.arrive(personId),
      onSignInEnded((ended) => {
        if (ended === signInId) this.close();
      }),
      feed.subscribe((entries) => this.#receive(entries)),
    );
    this.#response.once('close', () => this.close());
    this.#response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    this.#send({ kind: 'heartbeat', at: clock.now() });
    try {
      await this.#catchUp(cursor);
    } catch {
      // The database is away: the client comes back with the same cursor and misses nothing.
      this.close();
      return;
    }
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    this.#receive(waiting);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const end of this.#ends) end();
    // A reader that does not read would keep `end()` waiting for ever.
    if (this.#response.writableLength > 0) this.#response.destroy();
    else this.#response.end();
  }

  async #catchUp(cursor: string | undefined): Promise<void> {
    const { database, clock } = this.#with;
    const newest = await newestEvent(database);
    if (cursor === undefined) {
      this.#sent = newest;
      return;
    }
    const from = /^\d{1,15}$/.test(cursor) ? Number(cursor) : Number.NaN;
    if (!(from <= newest) || !(await this.#isKept(from))) {
      this.#sent = newest;
      this.#send({ kind: 'reset', at: clock.now() }, newest);
      return;
    }
    this.#sent = from;
    for (;;) {
      const entries = await eventsAfter(database, this.#sent, BATCH, this.#caller.personId);
      for (const entry of entries) this.#send(entry.event, entry.id);
      this.#sent = entries.at(-1)?.id ?? this.#sent;
      if (entries.length < BATCH || this.#closed) return;
      await this.#drained();
    }
  }

  /** Whether everything after this cursor is still there. Retention keeps the newest event, so there is always a first. */
  async #isKept(cursor: number): Promise<boolean> {
    const oldest = await this.#with.database.db
      .selectFrom('outbox')
      .select((eb) => eb.fn.min('id').as('id'))
      .executeTakeFirst();
    return oldest?.id == null || cursor >= oldest.id - 1;
  }

  #receive(entries: readonly FeedEntry[]): void {
    if (this.#waiting) {
      this.#waiting.push(...entries);
      return;
    }
    for (const { id, event, audience } of entries) {
      if (id <= this.#sent) continue;
      this.#sent = id;
      if (audience === null || audience.includes(this.#caller.personId)) this.#send(event, id);
    }
  }

  #send(event: BackendEvent, id?: number): void {
    if (this.#closed) return;
    const idLine = id === undefined ? '' : `id: ${id}\n`;
    this.#response.write(`${idLine}event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`);
    if (this.#response.writableLength > MOST_UNREAD_BYTES) this.close();
  }

  async #beat(): Promise<void> {
    const { clock, isSignInLive } = this.#with;
    // A sign-in that ended on another node is seen here at the latest.
    const live = await isSignInLive(this.#caller.signInId).catch(() => false);
    if (!live || clock.now() >= this.#caller.expiresAt) this.close();
    else this.#send({ kind: 'heartbeat', at: clock.now() });
  }

  #drained(): Promise<void> {
    if (!this.#response.writableNeedDrain) return Promise.resolve();
    return new Promise((resolve) => {
      this.#response.once('drain', resolve);
      this.#response.once('close', resolve);
    });
  }
}
