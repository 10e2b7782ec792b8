import { AppError } from '../../protocol/errors.ts';

/** A whole office can stand behind one address. */
const MOST_AT_ONE_ADDRESS = 40;
/** Each costs a file handle and up to 200 KB of memory. */
const MOST_AT_ALL = 200;

/** How many are downloading. */
export class Downloads {
  readonly #most: { atOneAddress: number; atAll: number };
  readonly #by = new Map<string, number>();
  #all = 0;

  constructor(most = { atOneAddress: MOST_AT_ONE_ADDRESS, atAll: MOST_AT_ALL }) {
    this.#most = most;
  }

  get count(): number {
    return this.#all;
  }

  /** Counts one in; gives what counts it out again, once. @throws AppError 'too-many-requests' */
  begin(address: string): () => void {
    const here = this.#by.get(address) ?? 0;
    if (here >= this.#most.atOneAddress || this.#all >= this.#most.atAll)
      throw new AppError('too-many-requests', 'Too many are downloading at the moment; try again in a minute.');
    this.#by.set(address, here + 1);
    this.#all += 1;
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.#all -= 1;
      const left = (this.#by.get(address) ?? 1) - 1;
      if (left > 0) this.#by.set(address, left);
      else this.#by.delete(address);
    };
  }
}
