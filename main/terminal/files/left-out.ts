/** So many are named; of the others only the number is said. */
const NAMED = 3;
const LONGEST_NAME = 60;

/** What of a folder did not go with it, and why. */
export class LeftOut {
  readonly #named: string[] = [];
  #count = 0;

  /** @param within names of the folders it is in. @param why two words: "a link" */
  add(within: readonly string[], name: string, why: string): void {
    this.#count += 1;
    if (this.#named.length === NAMED) return;
    const path = [...within, name].join('/');
    const shown = path.length > LONGEST_NAME ? `…${path.slice(-LONGEST_NAME)}` : path;
    this.#named.push(`${shown} (${why})`);
  }

  get count(): number {
    return this.#count;
  }

  /** "Without run/lock (a link) and 3 others."; '' when nothing was left out. */
  get sentence(): string {
    if (this.#count === 0) return '';
    const others = this.#count - this.#named.length;
    const and = others === 0 ? '' : ` and ${others} ${others === 1 ? 'other' : 'others'}`;
    return `Without ${this.#named.join(', ')}${and}.`;
  }
}
