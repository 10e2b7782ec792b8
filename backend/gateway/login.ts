import type { AuthContext } from 'ssh2';
import { type Claim, judgeLogin, type LoginTry, type LoginVerdict } from './authenticate.ts';
import { printable } from './channel-rules.ts';
import type { GatewaySettings } from './gateway.ts';

export interface LoginOutcome {
  /** The holder of a certificate has proved it; nothing is answered yet. */
  proved(claim: Claim, attempt: AuthContext): void;
  /** This try is refused; there may be another, so nobody is turned away. */
  refused(verdict: Extract<LoginVerdict, { is: 'refused' }>): void;
  /** Shows the person a sentence while they log in. */
  tell(sentence: string): void;
  tooManyTries(): void;
}

/** The tries of one connection to log in: any number that we do not look at, a few that fail, one that proves who it is. */
export class Login {
  readonly #settings: Pick<GatewaySettings, 'trustedUserCas' | 'clock' | 'admission'>;
  readonly #outcome: LoginOutcome;
  readonly #told = new Set<string>();
  #username = '';
  #failures = 0;

  constructor(settings: Pick<GatewaySettings, 'trustedUserCas' | 'clock' | 'admission'>, outcome: LoginOutcome) {
    this.#settings = settings;
    this.#outcome = outcome;
  }

  /** As the client gave it last, fit for a sentence. */
  get username(): string {
    return this.#username;
  }

  attempt(attempt: AuthContext): void {
    const { trustedUserCas, clock, admission } = this.#settings;
    this.#username = printable(attempt.username);
    const verdict = judgeLogin(attempt as LoginTry, trustedUserCas, clock.now());
    switch (verdict.is) {
      case 'acceptable':
        attempt.accept();
        return;
      case 'proved':
        this.#outcome.proved(verdict.claim, attempt);
        return;
      case 'refused':
        this.#outcome.refused(verdict);
        this.#tellOnce(verdict.message);
        break;
      case 'other':
        break;
      default:
        verdict satisfies never;
    }
    if (attempt.method !== 'none' && ++this.#failures >= admission.tries) {
      this.#outcome.tooManyTries();
      return;
    }
    attempt.reject(['publickey']);
  }

  #tellOnce(sentence: string): void {
    if (this.#told.has(sentence)) return;
    this.#told.add(sentence);
    this.#outcome.tell(sentence);
  }
}
