import type { Claim } from './authenticate.ts';
import { Expiry } from './expiry.ts';
import type { GatewaySettings } from './gateway.ts';
import type { AccessAnswer, AccessQuestion } from './ports.ts';

export const UNAVAILABLE = 'Your access cannot be checked right now. Try again in a moment.';

/** The grant behind one session: asked whenever something is to be opened, and the moment when what is open is cut. */
export class LiveGrantWatch {
  readonly #settings: Pick<GatewaySettings, 'ports' | 'log'>;
  readonly #from: Pick<AccessQuestion, 'sourceAddress' | 'clientVersion'>;
  readonly #expiry: Expiry;
  /** What was said last of the deadline without being asked; epoch ms. */
  #said: number | undefined;
  #over = false;

  /** @param passed called when the deadline has come, as often as somebody looks */
  constructor(
    settings: Pick<GatewaySettings, 'ports' | 'log' | 'clock' | 'scheduler'>,
    from: Pick<AccessQuestion, 'sourceAddress' | 'clientVersion'>,
    passed: () => void,
  ) {
    this.#settings = settings;
    this.#from = from;
    this.#expiry = new Expiry(settings.clock, settings.scheduler, passed);
  }

  /** The live grant, asked now. Never throws: whatever is wrong refuses. The deadline is then as the answer says. */
  async ask(claim: Claim): Promise<AccessAnswer> {
    const before = this.#said;
    const answer = await this.#answer(claim);
    // What was said while we asked is newer than the answer.
    if (answer.ok && !this.#over && this.#said === before) this.#expiry.set(answer.grant.cutsAt);
    return answer;
  }

  /** The grant was made longer or shorter. @param cutsAt epoch ms */
  move(cutsAt: number): void {
    if (this.#over) return;
    this.#said = cutsAt;
    this.#expiry.set(cutsAt);
  }

  /** The session is over: its deadline stays as it is, for what may still leave until then. */
  over(): void {
    this.#over = true;
  }

  /** Nothing is left to be cut. */
  dispose(): void {
    this.#over = true;
    this.#expiry.dispose();
  }

  async #answer(claim: Claim): Promise<AccessAnswer> {
    const { ports, log } = this.#settings;
    const asked = `${claim.login}@${claim.target}`;
    try {
      const answer = await ports.authorize({ ...claim, username: asked, ...this.#from });
      if (!answer.ok) return answer;
      const { id, login, target } = answer.grant;
      if (id === claim.grantId && login === claim.login && target.name === claim.target) return answer;
      return {
        ok: false,
        code: 'grant-mismatch',
        message: `This access is for ${login}@${target.name}, not for ${asked}.`,
      };
    } catch (error) {
      log.error({ grant: claim.grantId, error }, 'the live grant could not be asked');
      return { ok: false, code: 'unavailable', message: UNAVAILABLE };
    }
  }
}
