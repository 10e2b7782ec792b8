import type { GatewaySettings } from './gateway.ts';
import type { Refusal } from './ports.ts';
import { type Said, TurnedAway } from './turned-away.ts';

/** Refusals with an entry each, of all connections together; after so many the rest is summed up. */
export const IN_FULL = 20;
/** For so long; then there is room for as many again. Milliseconds. */
export const IN_FULL_EVERY_MS = 60_000;

export const LOGINS_REFUSED: Said = {
  code: 'logins-refused',
  sentence: (count) =>
    `${count === 1 ? '1 more login was' : `${count} more logins were`} refused that had proved nothing: too many for an entry each.`,
};

/**
 * Writes down the refusals of those who have not proved to hold a certificate of ours: of junk, of nothing in time. A
 * few a minute are told in full, as somebody whose certificate is old wants to be found; what is more is only counted,
 * since anybody who reaches the gateway could fill the log with it.
 */
export class UnprovedLogins {
  readonly #settings: Pick<GatewaySettings, 'ports' | 'clock' | 'log' | 'underway'>;
  readonly #more: TurnedAway;
  /** Since when is counted, by the monotonic clock, and how many were told in full since. */
  #since = Number.NEGATIVE_INFINITY;
  #told = 0;

  constructor(settings: Pick<GatewaySettings, 'ports' | 'clock' | 'log' | 'underway'>) {
    this.#settings = settings;
    this.#more = new TurnedAway(settings, LOGINS_REFUSED);
  }

  write(refusal: Refusal): void {
    const { ports, clock, log, underway } = this.#settings;
    const now = clock.monotonic();
    if (now - this.#since >= IN_FULL_EVERY_MS) {
      this.#since = now;
      this.#told = 0;
    }
    if (++this.#told > IN_FULL) {
      this.#more.add(refusal.sourceAddress);
      return;
    }
    const { code } = refusal;
    underway.add(
      ports.refused(refusal).catch((error: unknown) => {
        log.error({ code, error }, 'a refusal could not be written down');
      }),
    );
  }

  /** Writes down what is only counted yet. */
  dispose(): void {
    this.#more.dispose();
  }
}
