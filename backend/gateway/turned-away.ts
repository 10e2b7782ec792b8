import type { GatewaySettings } from './gateway.ts';

/** One entry of the log for so long, whoever comes how often. Milliseconds. */
export const TURNED_AWAY_EVERY_MS = 60_000;
/** Addresses that one entry names; a flood may come from any number. */
const MOST_ADDRESSES = 10;

/** What is said of several at once. */
export interface Said {
  readonly code: string;
  readonly sentence: (count: number) => string;
}

export const DOOR_FULL: Said = {
  code: 'door-full',
  sentence: (count) =>
    `${count === 1 ? '1 connection was' : `${count} connections were`} turned away: too many were logging in.`,
};

/**
 * Writes down those who were turned away and have proved nothing: the first at once, those after it as one sum for each
 * interval. It costs them nothing to come again, so that an entry for each would be a way to fill the log.
 */
export class TurnedAway {
  readonly #settings: Pick<GatewaySettings, 'ports' | 'clock' | 'log' | 'underway'>;
  readonly #said: Said;
  readonly #addresses = new Set<string>();
  #count = 0;
  #since = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(settings: Pick<GatewaySettings, 'ports' | 'clock' | 'log' | 'underway'>, said: Said) {
    this.#settings = settings;
    this.#said = said;
  }

  /** Another one, from there. */
  add(address: string): void {
    if (this.#count === 0) this.#since = this.#settings.clock.now();
    this.#count++;
    if (this.#addresses.size < MOST_ADDRESSES) this.#addresses.add(address);
    if (this.#timer === undefined) this.#write();
  }

  /** Writes down what is not written yet. */
  dispose(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#count > 0) this.#write();
    clearTimeout(this.#timer);
  }

  #write(): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#count > 0) this.#write();
    }, TURNED_AWAY_EVERY_MS).unref();
    const { ports, clock, log, underway } = this.#settings;
    const [count, since, addresses] = [this.#count, this.#since, [...this.#addresses]];
    this.#count = 0;
    this.#addresses.clear();
    const { code, sentence } = this.#said;
    const refusal = {
      ...{ code, message: sentence(count), at: clock.now(), since, count },
      ...{
        sourceAddress: addresses.length === 1 ? (addresses[0] ?? '') : '',
        addresses,
        clientVersion: '',
        username: '',
      },
      ...{ grantId: null, sessionId: null, certificate: null },
    };
    underway.add(
      ports.refused(refusal).catch((error: unknown) => {
        log.error({ code, error }, 'connections that were turned away could not be written down');
        // Told with the next ones: nobody is to be missing from the sum.
        this.#since = since;
        this.#count += count;
        for (const address of addresses) if (this.#addresses.size < MOST_ADDRESSES) this.#addresses.add(address);
      }),
    );
  }
}
