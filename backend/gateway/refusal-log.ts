import { TOO_MANY_DESTINATIONS } from './forwards.ts';
import type { GatewaySettings } from './gateway.ts';
import type { Refusal } from './ports.ts';

interface About extends Pick<Refusal, 'username' | 'grantId' | 'sessionId' | 'certificate'> {
  /** Whether they hold a certificate of ours; what is told of others is limited for all of them together. */
  readonly proved: boolean;
}
type Settings = Pick<GatewaySettings, 'ports' | 'clock' | 'log' | 'underway' | 'unproved'>;

/** Sentences may hold words of the client; nobody fills the log with one connection. */
const MOST = 100;

/** Refusals that tell of something that goes on; written down again after so long. Milliseconds. */
const AGAIN: Readonly<Record<string, number>> = { [TOO_MANY_DESTINATIONS]: 60_000 };

/** Writes down what one connection was refused; the same refusal once, or once a while, however often a client tries. */
export class RefusalLog {
  readonly #settings: Settings;
  readonly #from: Pick<Refusal, 'sourceAddress' | 'clientVersion'>;
  readonly #written = new Set<string>();
  /** When one that is written again was written last, by the monotonic clock. */
  readonly #lately = new Map<string, number>();

  constructor(settings: Settings, from: Pick<Refusal, 'sourceAddress' | 'clientVersion'>) {
    this.#settings = settings;
    this.#from = from;
  }

  write(code: string, message: string, about: About): void {
    const every = AGAIN[code];
    if (every !== undefined) {
      this.#writeAgain(every, code, message, about);
      return;
    }
    const key = `${code} ${message}`;
    if (this.#written.has(key) || this.#written.size > MOST) return;
    this.#written.add(key);
    if (this.#written.size > MOST)
      this.#tell('too-many-refusals', 'Further refusals of this connection are not listed.', about);
    else this.#tell(code, message, about);
  }

  #writeAgain(everyMs: number, code: string, message: string, about: About): void {
    const now = this.#settings.clock.monotonic();
    const last = this.#lately.get(code);
    if (last !== undefined && now - last < everyMs) return;
    this.#lately.set(code, now);
    this.#tell(code, message, about);
  }

  #tell(code: string, message: string, { proved, ...about }: About): void {
    const { ports, clock, log, underway, unproved } = this.#settings;
    const refusal = { code, message, at: clock.now(), ...this.#from, ...about };
    if (!proved) {
      unproved.write(refusal);
      return;
    }
    underway.add(
      ports
        .refused(refusal)
        .catch((error: unknown) => log.error({ code, error }, 'a refusal could not be written down')),
    );
  }
}
