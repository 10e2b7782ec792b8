import { AppError } from '../../protocol/errors.ts';

export interface DownloadLimits {
  /** A whole office can stand behind one address. */
  atOneAddress: number;
  /** Each costs a file handle and up to 200 KB of memory. */
  atAll: number;
  /** Whoever takes less than this may lose the place to somebody who waits, bytes a second. */
  slow: number;
  /** So long is somebody watched before they count as slow, milliseconds. */
  windowMs: number;
}

/**
 * A link of 50 kB/s keeps its place. What has left for the system's buffers counts as taken, and those ask for more in
 * gulps: 1.6 MB each 32 s at that rate on Linux with its usual buffers (4 MB), so a minute sees 26 kB/s at the least.
 */
const LIMITS: DownloadLimits = { atOneAddress: 40, atAll: 200, slow: 15_000, windowMs: 60_000 };

/** One who downloads. */
export interface Reader {
  address: string;
  /** How many bytes they have taken so far. */
  taken: () => number;
  /** Ends it; they go on with a range. */
  cut: () => void;
}

interface Place extends Reader {
  since: number;
  takenThen: number;
  /** In the last whole window, bytes a second; undefined in the first one. */
  rate: number | undefined;
}

/**
 * Who is downloading. While there are places, everybody has one, however slow. When there are none, a newcomer gets that
 * of the slowest of those below the least rate; else one of the address that has most, if it has more than a share.
 */
export class Downloads {
  readonly #limits: DownloadLimits;
  readonly #now: () => number;
  readonly #places = new Set<Place>();
  #timer: NodeJS.Timeout | undefined;

  constructor(limits: DownloadLimits = LIMITS, now: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#now = now;
  }

  get count(): number {
    return this.#places.size;
  }

  /** Counts one in; gives what counts it out again, once. @throws AppError 'too-many-requests' */
  begin(reader: Reader): () => void {
    const { atOneAddress, atAll, windowMs } = this.#limits;
    const here = this.#of(reader.address);
    if (here.length >= atOneAddress) this.#free(slowest(here, this.#limits.slow));
    else if (this.#places.size >= atAll)
      this.#free(slowest([...this.#places], this.#limits.slow) ?? this.#overShare(here.length));
    const place: Place = { ...reader, since: this.#now(), takenThen: reader.taken(), rate: undefined };
    this.#places.add(place);
    this.#timer ??= setInterval(() => this.measure(), windowMs / 3).unref();
    return () => this.#end(place);
  }

  /** Looks at how much each has taken since the last look that was a window ago. */
  measure(): void {
    const now = this.#now();
    for (const place of this.#places) {
      if (now - place.since < this.#limits.windowMs) continue;
      const taken = place.taken();
      place.rate = ((taken - place.takenThen) * 1000) / (now - place.since);
      place.since = now;
      place.takenThen = taken;
    }
  }

  #free(place: Place | undefined): void {
    if (!place)
      throw new AppError('too-many-requests', 'Too many are downloading at the moment; try again in a minute.');
    this.#end(place);
    place.cut();
  }

  /** The newest of the address that has most, if that leaves it no fewer than the newcomer's. */
  #overShare(newcomers: number): Place | undefined {
    const addresses = [...new Set([...this.#places].map(({ address }) => address))];
    const most = addresses.map((address) => this.#of(address)).sort((a, b) => b.length - a.length)[0] ?? [];
    return most.length > newcomers + 1 ? most.at(-1) : undefined;
  }

  #of(address: string): Place[] {
    return [...this.#places].filter((place) => place.address === address);
  }

  #end(place: Place): void {
    this.#places.delete(place);
    if (this.#places.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function slowest(places: readonly Place[], below: number): Place | undefined {
  const slow = places.filter(({ rate }) => rate !== undefined && rate < below);
  return slow.sort((a, b) => (a.rate ?? 0) - (b.rate ?? 0))[0];
}
