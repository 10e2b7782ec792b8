import { join } from 'node:path';
import { z } from 'zod';
import type { ReleaseKey } from '../../protocol/update/keys.ts';
import { nextTrust, type Trust, trustFrom, trustSchema } from '../../protocol/update/trust.ts';
import type { SignedFeed } from '../../protocol/update/verify-feed.ts';
import { readKept, writeKept } from './kept-file.ts';

const fileSchema = z.object({
  /** By the origin of the backend. */
  places: z.record(z.string().max(300), trustSchema),
});
/** Of how many backends it is remembered; the one followed longest ago goes first. */
const MOST_PLACES = 10;

/** Who may sign, by whom it was said. */
export interface PinnedKeys {
  keys: readonly ReleaseKey[];
  /** The organisation enforces them: what a feed says of keys changes nothing. */
  areEnforced: boolean;
}

/** Whom to trust at a backend, and which feeds were seen there; kept in `update-trust.json`. */
export class KeptTrust {
  readonly #file: string;

  constructor(folder: string) {
    this.#file = join(folder, 'update-trust.json');
  }

  /** A file that is not there or makes no sense counts as none: the pinned keys are trusted. */
  async of(backend: string, pinned: PinnedKeys): Promise<Trust> {
    const trust = trustFrom(pinned.keys, (await this.#places())[backend]);
    return pinned.areEnforced ? { ...trust, keys: trustFrom(pinned.keys).keys } : trust;
  }

  /** @param trust what `of` gave, with whose keys the feed was verified */
  async believed(backend: string, pinned: PinnedKeys, trust: Trust, feed: SignedFeed): Promise<void> {
    const { [backend]: remembered, ...others } = await this.#places();
    const { keys, keysSequence } = trustFrom(pinned.keys, remembered);
    const moved = nextTrust(trust, feed);
    // Feeds have moved trust, perhaps, before these same keys were enforced: that comes back when they no longer are.
    const next = pinned.areEnforced ? { ...moved, keys, keysSequence } : moved;
    if (JSON.stringify(next) === JSON.stringify(remembered)) return;
    const places = Object.fromEntries([...Object.entries(others), [backend, next]].slice(-MOST_PLACES));
    await writeKept(this.#file, { places });
  }

  async #places(): Promise<Record<string, Trust>> {
    return (await readKept(this.#file, fileSchema))?.places ?? {};
  }
}
