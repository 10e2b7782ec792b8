import { AppError } from '../../protocol/errors.ts';
import type { Claim } from './authenticate.ts';
import type { GatewaySettings } from './gateway.ts';
import type { ClosedSession, Refusal, SessionEnd } from './ports.ts';
import { RefusalLog } from './refusal-log.ts';

type About = Pick<Refusal, 'grantId' | 'certificate'>;
type Settings = Pick<GatewaySettings, 'ports' | 'clock' | 'log' | 'underway' | 'unproved'>;
const NOTHING_KNOWN: About = { grantId: null, certificate: null };

/** What the log is told of one connection: what it was refused, where it led to, how it ended. */
export class SessionRecord {
  readonly #sessionId: string;
  readonly #settings: Settings;
  readonly #refusals: RefusalLog;
  /** Who it is, as far as that is known. */
  readonly #who: () => { username: string; claim: Claim | undefined; isLive: boolean };

  constructor(
    sessionId: string,
    settings: Settings,
    from: Pick<Refusal, 'sourceAddress' | 'clientVersion'>,
    who: () => { username: string; claim: Claim | undefined; isLive: boolean },
  ) {
    this.#sessionId = sessionId;
    this.#settings = settings;
    this.#refusals = new RefusalLog(settings, from);
    this.#who = who;
  }

  /** @param of what was shown, when it was believed in nothing */
  refused(code: string, message: string, of?: About): void {
    const { username, claim, isLive } = this.#who();
    const { grantId, certificate } = of ?? claim ?? NOTHING_KNOWN;
    const sessionId = isLive ? this.#sessionId : null;
    this.#refusals.write(code, message, { username, grantId, certificate, sessionId, proved: claim !== undefined });
  }

  /** If this throws, it must not lead there. */
  async forwarding(grantId: string, to: string): Promise<void> {
    const { ports, clock, log } = this.#settings;
    try {
      await ports.forwarding({ sessionId: this.#sessionId, grantId, to, at: clock.now() });
    } catch (error) {
      if (!(error instanceof AppError))
        log.error({ session: this.#sessionId, error }, 'a connection onward could not be written down');
      throw error;
    }
  }

  /** Until it is written down; whoever stops the gateway waits for it. */
  closed(grantId: string, reason: SessionEnd, counts: Pick<ClosedSession, 'bytesIn' | 'bytesOut' | 'forwarded'>): void {
    const { ports, clock, underway } = this.#settings;
    const { bytesIn, bytesOut, forwarded } = counts;
    const closed = { sessionId: this.#sessionId, grantId, reason, at: clock.now(), bytesIn, bytesOut, forwarded };
    underway.untilDone(() => ports.closeSession(closed));
  }
}
