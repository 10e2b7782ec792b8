/** How many may be at the door at once, as sshd's MaxStartups, MaxAuthTries and LoginGraceTime. */
export interface AdmissionLimits {
  /** Connections that have not logged in yet. */
  readonly startups: number;
  /** Failed tries of one connection. */
  readonly tries: number;
  /** From the TCP connection to being let in, the target's answer included. */
  readonly graceMs: number;
}

export const DEFAULT_ADMISSION: AdmissionLimits = { startups: 100, tries: 6, graceMs: 30_000 };

/** Counts the connections that have not logged in yet. */
export class Door {
  readonly #limit: number;
  #waiting = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** A place at the door; the function it returns gives the place back (once, however often called). Undefined: full. */
  enter(): (() => void) | undefined {
    if (this.#waiting >= this.#limit) return undefined;
    this.#waiting++;
    let inside = true;
    return () => {
      if (inside) this.#waiting--;
      inside = false;
    };
  }
}
