import type { GatewaySettings } from './gateway.ts';
import type { Refusal } from './ports.ts';

/** Writes down what one connection was refused; the same refusal once, however often a client tries. */
export class RefusalLog {
  readonly #settings: Pick<GatewaySettings, 'ports' | 'clock' | 'log'>;
  readonly #from: Pick<Refusal, 'sourceAddress' | 'clientVersion'>;
  readonly #written = new Set<string>();

  constructor(
    settings: Pick<GatewaySettings, 'ports' | 'clock' | 'log'>,
    sourceAddress: string,
    clientVersion: string,
  ) {
    this.#settings = settings;
    this.#from = { sourceAddress, clientVersion };
  }

  write(
    code: string,
    message: string,
    about: Pick<Refusal, 'username' | 'grantId' | 'sessionId' | 'certificate'>,
  ): void {
    const key = `${code} ${message}`;
    if (this.#written.has(key)) return;
    this.#written.add(key);
    const { ports, clock, log } = this.#settings;
    ports
      .refused({ code, message, at: clock.now(), ...this.#from, ...about })
      .catch((error: unknown) => log.error({ code, error }, 'a refusal could not be written down'));
  }
}
