import type { Logger } from 'pino';
import { AppError, type Failure, toFailure } from '../../protocol/errors.ts';
import type { Clock } from '../../protocol/time.ts';
import type { UpdateChannel } from '../../protocol/update/channel.ts';
import type { ReleaseKey } from '../../protocol/update/keys.ts';
import type { SignedFeed } from '../../protocol/update/verify-feed.ts';
import { appendAudit } from '../audit/append.ts';
import { writeRefusal } from '../audit/refusals.ts';
import { RateLimit } from '../http/rate-limit.ts';
import type { Database } from '../storage/database.ts';
import { makeUpdateFolder, readIfThere, type UpdateFolder, writeWhole } from './folder.ts';
import {
  announced,
  dropStaleProposals,
  keepProposal,
  type Piece,
  proposalIdOf,
  type Received,
  receivePiece,
  type Waiting,
} from './proposals.ts';
import { acceptable, publishFeed } from './publish-feed.ts';
import { withPublishingLock } from './publishing-lock.ts';
import { readStanding } from './standing.ts';
import { tidy } from './tidy.ts';

export interface ReleasesOptions {
  folder: UpdateFolder;
  /** Origin that the apps are set to: what is signed for others is not taken. */
  publicUrl: string;
  /** From the configuration: who may publish before anything is. None: nobody publishes over HTTP. */
  keys: readonly ReleaseKey[];
  database: Database;
  clock: Clock;
  log: Logger;
}

/** How a proposal stands. `id` is what its files are uploaded under. */
export type Proposed = { live: true; missing: [] } | { live: false; id: string; missing: Waiting[] };

/** Anybody can send nonsense here. So many refusals are audited; of the others so many are in the log alone. */
const AUDITED = { burst: 20, perMinute: 1 };
const LOGGED = { burst: 100, perMinute: 10 };
const FAILURES = new Set<string>(['internal', 'unavailable', 'timed-out', 'too-many-requests']);

/** Publishing over HTTP. The right to is in the signature: there is no other sign-in. */
export class Releases {
  readonly #options: ReleasesOptions;
  /** Strangers' noise must not hide what befalls those who hold a key. */
  readonly #audited: { stranger: RateLimit; signed: RateLimit };
  readonly #logged: RateLimit;
  readonly #receiving = new Set<string>();

  constructor(options: ReleasesOptions) {
    this.#options = options;
    this.#logged = new RateLimit(options.clock, LOGGED);
    this.#audited = { stranger: new RateLimit(options.clock, AUDITED), signed: new RateLimit(options.clock, AUDITED) };
  }

  /**
   * Takes a signed feed: puts it in place when all its files are here, and otherwise says which are to come. Asking
   * again with the same text is how to go on, at whatever node. @throws AppError, audited
   */
  async propose(channel: UpdateChannel, text: string, address: string): Promise<Proposed> {
    const { folder, publicUrl: backend, keys, database, clock } = this.#options;
    if ((await readIfThere(folder.feed(channel))) === text) return { live: true, missing: [] };
    const about = { subject: channel, details: { address } };
    return this.#auditing(about, async (isSigned) => {
      if (keys.length === 0)
        throw new AppError('not-allowed', 'Nobody may publish here: the configuration names no keys under "updates".');
      await makeUpdateFolder(folder);
      const now = clock.now();
      acceptable({ backend, channel, text, now }, await readStanding(folder, keys));
      isSigned();
      const publication = { folder, holder: 'backend', pinned: keys, backend, channel, text, now } as const;
      const published = await withPublishingLock(database, async (stillHeld) => {
        const done = await publishFeed(publication, (place, signed) =>
          this.#record(() => stillHeld().then(place), signed, text, address),
        );
        if (done.live) await writeWhole(folder.trust, JSON.stringify(done.trust));
        return done;
      });
      if (!published.live)
        return { live: false, id: proposalIdOf(text), missing: await keepProposal(folder, text, published.missing) };
      await this.#tidy();
      return { live: true, missing: [] };
    });
  }

  /** Takes a piece of a file that a waiting feed names. @throws AppError, audited */
  async receive(id: string, sha256: string, piece: Piece, address: string): Promise<Received> {
    const { folder, keys } = this.#options;
    return this.#auditing({ subject: sha256, details: { address } }, async (isSigned) => {
      const artefact = await announced(folder, () => readStanding(folder, keys), id, sha256);
      isSigned();
      // Two that write into one file at once could spoil it after its hash was looked at.
      if (this.#receiving.has(sha256))
        throw new AppError('too-many-requests', 'Another piece of this file is under way; try again in a moment.');
      this.#receiving.add(sha256);
      try {
        return await receivePiece(folder, artefact, piece);
      } finally {
        this.#receiving.delete(sha256);
      }
    });
  }

  /**
   * The entry first: nothing is live that no entry tells of, whenever this process dies. Where the feed is then not put in
   * place, a second entry takes the first back.
   */
  async #record(place: () => Promise<void>, signed: SignedFeed, text: string, address: string): Promise<void> {
    await this.#enter(signed, address);
    try {
      await place();
    } catch (error) {
      // The rename was made, and what came after it failed: it is out.
      const { channel } = signed.feed;
      if ((await readIfThere(this.#options.folder.feed(channel))) !== text)
        await this.#takeBack(signed, address, toFailure(error));
      throw error;
    }
  }

  async #enter({ feed, signedBy }: SignedFeed, address: string): Promise<void> {
    const { database, clock } = this.#options;
    const { audience, version, channel, sequence, rolloutPercent, paused, artefacts } = feed;
    const state = paused ? 'paused' : `for ${rolloutPercent} % of installations`;
    const message = `Version ${version} was published on the channel ${channel}, ${state}.`;
    const keys = feed.keys.map(({ id }) => id);
    const details = {
      ...{ audience, version, sequence, rolloutPercent, paused, signedBy, keys, files: artefacts.length, address },
    };
    await database.inTransaction(async (tx) => {
      appendAudit(tx, {
        at: clock.now(),
        kind: 'release.published',
        actor: 'nobody',
        subject: channel,
        message,
        details,
      });
    });
  }

  async #takeBack({ feed }: SignedFeed, address: string, { code, message: why }: Failure): Promise<void> {
    const { database, clock, log } = this.#options;
    const { version, channel, sequence } = feed;
    const message = `Version ${version} was not put in place on the channel ${channel} after all: ${why}`;
    const about = { subject: channel, details: { version, sequence, address } };
    try {
      await writeRefusal(database, clock, { kind: 'release.refused', actor: 'nobody', ...about }, { code, message });
    } catch (error) {
      log.error({ err: error, ...about }, 'the audit log says that a release is out which is not');
    }
  }

  async #tidy(): Promise<void> {
    const { folder, keys, clock, log } = this.#options;
    try {
      await dropStaleProposals(folder, await readStanding(folder, keys));
      await tidy(folder, clock.now());
    } catch (error) {
      // The release is out; what is left over goes with the next one.
      log.warn({ err: error }, 'old releases were not tidied away');
    }
  }

  /** Writes a refusal down. @param act tells when it knows that a holder of a key is behind the call */
  async #auditing<T>(about: About, act: (isSigned: () => void) => Promise<T>): Promise<T> {
    let limit = this.#audited.stranger;
    try {
      return await act(() => {
        limit = this.#audited.signed;
      });
    } catch (error) {
      if (error instanceof AppError && !FAILURES.has(error.code)) await this.#writeRefusal(about, limit, error);
      throw error;
    }
  }

  async #writeRefusal(about: About, limit: RateLimit, error: AppError): Promise<void> {
    const { database, clock, log } = this.#options;
    if (!mayTake(limit)) {
      // Nor is the disk under the log theirs to fill.
      if (mayTake(this.#logged))
        log.warn({ ...about, code: error.code, sentence: error.message }, 'a release was refused');
      return;
    }
    await writeRefusal(database, clock, { kind: 'release.refused', actor: 'nobody', ...about }, error);
  }
}

function mayTake(limit: RateLimit): boolean {
  try {
    limit.take('');
    return true;
  } catch {
    return false;
  }
}

/** What a refusal was about. */
interface About {
  subject: string;
  details: Record<string, unknown>;
}
