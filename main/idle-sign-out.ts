import { AppError } from '../protocol/errors.ts';
import type { Notice } from './notices.ts';
import type { Store } from './store.ts';

/** How often the computer is asked, s. */
const LOOK_S = 20;
/** A look that comes this late, s, was held up: the computer slept. */
const SLEPT_S = 3 * LOOK_S;

interface IdleSignOutOptions {
  store: Store;
  /** Seconds that grow while the computer sleeps, too. */
  uptime: () => number;
  /** How long no key and no mouse was touched, s; 0 where the desktop does not tell. */
  idleSeconds: () => number;
  /** Nobody works at a locked screen, whatever the desktop tells. */
  isLocked: () => boolean;
  every: (ms: number, act: () => void) => () => void;
  signOut: (why: AppError) => void;
  tell: (notice: Notice) => void;
}

/** Signs out, and so cuts what is open, when nobody has used this computer for as long as the settings say. */
export class IdleSignOut {
  readonly #options: IdleSignOutOptions;
  readonly #stop: () => void;
  #lookedAt: number;
  /** When somebody was last there, s. */
  #activeAt: number;

  constructor(options: IdleSignOutOptions) {
    this.#options = options;
    this.#activeAt = options.uptime();
    this.#lookedAt = this.#activeAt;
    this.#stop = options.every(LOOK_S * 1_000, () => this.look());
  }

  /** To be called when the computer wakes, too. */
  look(): void {
    const { store, uptime, idleSeconds, isLocked } = this.#options;
    const at = uptime();
    const sinceActive = at - this.#activeAt;
    const idle = isLocked() ? sinceActive : idleSeconds();
    // Whoever woke the computer has just touched it: how long nobody did before is what counts.
    const away = at - this.#lookedAt > SLEPT_S ? Math.max(sinceActive, idle) : idle;
    this.#lookedAt = at;
    this.#activeAt = Math.max(this.#activeAt, at - idle);
    const minutes = store.state.settings.idleSignOutMinutes;
    if (minutes > 0 && away >= minutes * 60 && store.state.signIn.state === 'signed-in') this.#signOut(minutes);
  }

  #signOut(minutes: number): void {
    const { signOut, tell } = this.#options;
    const sentence = `Nobody used this computer for ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`;
    signOut(new AppError('sign-in-expired', `You were signed out. ${sentence}`));
    tell({ key: 'idle', title: 'You were signed out', body: sentence, destination: { page: 'home' } });
  }

  dispose(): void {
    this.#stop();
  }
}
