import type { Socket } from 'node:net';
import { AppError } from '../../protocol/errors.ts';
import type { PeerOwner } from './peer-owner.ts';
import { Seldom } from './seldom.ts';

/** How many may wait at once to be looked at; there are as many sockets as are open besides. */
export const MOST_WAITING = 256;
/** What each SSH client says first, without waiting for the other end (RFC 4253 section 4.2). */
const FIRST_WORDS = Buffer.from('SSH-');
/** The one address whose connections can be looked up: at another of this computer, somebody else may hold the same port. */
const LOOPBACK = '127.0.0.1';
/** Linux' word for everybody whose id means nothing in this container (user_namespaces(7)): it is no proof of being one. */
const UNMAPPED = 65_534;

interface DoorOptions {
  /** Undefined where the computer does not tell: then everybody on it is let in. */
  owner: PeerOwner | undefined;
  /** This person's user id. */
  ownId: number | undefined;
  /** Open at once, and come in a second, of this person's. */
  limits: { open: number; perSecond: number };
  /** Longest wait for the first words, ms. */
  speakMs: number;
  /** For the log, seldom: somebody was turned away. */
  onTurnedAway: (sentence: string) => void;
  /** For the log, seldom: it cannot be told who anybody is. */
  onFailed: (error: AppError) => void;
}

/**
 * Lets in programs of this person that speak SSH. Whoever belongs to somebody else is turned away at once and takes
 * nobody's place; so is whoever cannot be told any more.
 */
export class Door {
  readonly #options: DoorOptions;
  #waiting = 0;
  #inside = 0;
  #second = { since: 0, count: 0 };
  readonly #refusals = new Seldom();
  readonly #failures = new Seldom();

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  /** Whether this connection may go on. Not a byte of it is lost; it is paused. */
  async admits(client: Socket): Promise<boolean> {
    if (!(await this.#isOurs(client)) || client.destroyed) return false;
    const { limits, speakMs } = this.#options;
    if (this.#inside >= limits.open || this.#tooFast()) return false;
    this.#inside += 1;
    client.once('close', () => {
      this.#inside -= 1;
    });
    return speaksSsh(client, speakMs);
  }

  async #isOurs(client: Socket): Promise<boolean> {
    const { owner, ownId, onFailed } = this.#options;
    if (owner === undefined) return true;
    const { remoteAddress: address, remotePort: from, localPort: to } = client;
    if (from === undefined || to === undefined) return false;
    if (address !== LOOPBACK) return this.#turnAway(`it came from ${address}, where nobody can look who it is`);
    if (this.#waiting >= MOST_WAITING) return this.#turnAway('nobody could look who it was, so many came at once');
    this.#waiting += 1;
    try {
      const found = await owner({ from, to });
      if (found === undefined) return this.#turnAway('it was gone before anybody could look who it was');
      return (
        (found === ownId && found !== UNMAPPED) ||
        this.#turnAway(`it is of another user of this computer (uid ${found})`)
      );
    } catch (error) {
      if (error instanceof AppError) this.#failures.say(() => onFailed(error));
      return false;
    } finally {
      this.#waiting -= 1;
    }
  }

  #turnAway(why: string): false {
    this.#refusals.say((untold) => {
      const more = untold > 0 ? `; so were ${untold} more since this was last said` : '';
      this.#options.onTurnedAway(`a program that connected was turned away: ${why}${more}`);
    });
    return false;
  }

  #tooFast(): boolean {
    const now = performance.now();
    if (now - this.#second.since >= 1_000) this.#second = { since: now, count: 0 };
    this.#second.count += 1;
    return this.#second.count > this.#options.limits.perSecond;
  }
}

/** Whether the first words come in time and are those of SSH; they can be read again. */
function speaksSsh(client: Socket, withinMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    let heard = Buffer.alloc(0);
    const done = (speaks: boolean): void => {
      clearTimeout(timer);
      client.off('data', hear).off('end', silent).off('close', silent).pause();
      if (speaks) client.unshift(heard);
      resolve(speaks);
    };
    const silent = (): void => done(false);
    const hear = (chunk: Buffer): void => {
      heard = Buffer.concat([heard, chunk]);
      const length = Math.min(heard.length, FIRST_WORDS.length);
      if (!heard.subarray(0, length).equals(FIRST_WORDS.subarray(0, length))) done(false);
      else if (length === FIRST_WORDS.length) done(true);
    };
    const timer = setTimeout(silent, withinMs);
    client.on('data', hear).once('end', silent).once('close', silent).resume();
  });
}
