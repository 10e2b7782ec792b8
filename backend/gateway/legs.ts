import type { Leg } from './leg.ts';
import { DISCONNECT, disconnect } from './messages.ts';
import { endSoon, endWhenFlushed } from './socket-end.ts';

/** After a cut, what does not leave by itself is destroyed this much later. */
const LINGER_MS = 150;
/** How long a peer has to take a goodbye. */
const GOODBYE_MS = 10_000;
const REKEY_EVERY_MS = 3_600_000;

/** The two connections of a session, to the person's client and, once it is dialled, to the target; and how they end. */
export class Legs {
  readonly client: Leg;
  #target: Leg | undefined;
  #rekeyTimer: ReturnType<typeof setInterval> | undefined;

  constructor(client: Leg) {
    this.client = client;
  }

  dialled(target: Leg): void {
    this.#target = target;
  }

  /** From now on both get fresh keys once an hour, too. */
  rekeyHourly(): void {
    this.#rekeyTimer = setInterval(() => {
      this.client.rekey();
      this.#target?.rekey();
    }, REKEY_EVERY_MS);
  }

  stopRekeying(): void {
    clearInterval(this.#rekeyTimer);
  }

  /** Both go now; the client is told why where that does not hold anything up. */
  cut(line: string): void {
    this.client.send(disconnect(DISCONNECT.byApplication, line));
    this.broke();
  }

  /** Nothing more of the client can be trusted, so nothing is said. */
  broke(): void {
    endSoon(this.client.socket, LINGER_MS);
    if (this.#target) endSoon(this.#target.socket, LINGER_MS);
  }

  /** The client is gone: the target gets what was sent last, and a goodbye. */
  clientClosed(): void {
    if (this.#target) endSoon(this.#target.socket, GOODBYE_MS);
  }

  /** What the target sent last may still wait for a slow client. */
  targetClosed(line: string): void {
    this.client.send(disconnect(DISCONNECT.byApplication, line));
    endWhenFlushed(this.client.socket);
  }

  /** Nobody is let in. */
  turnAway(sentence: string): void {
    this.client.send(disconnect(DISCONNECT.noMoreAuthMethods, sentence));
    endSoon(this.client.socket, GOODBYE_MS);
    this.#target?.socket.destroy();
  }

  destroy(): void {
    this.client.socket.destroy();
    this.#target?.socket.destroy();
  }
}
