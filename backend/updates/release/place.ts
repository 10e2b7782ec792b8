import type { UpdateChannel } from '../../../protocol/update/channel.ts';
import type { Feed } from '../../../protocol/update/feed.ts';
import type { ReleaseKey } from '../../../protocol/update/keys.ts';
import type { FeedTexts } from '../standing.ts';

/** A feed on its way, and where its files lie on this computer, by their hashes. */
export interface Outgoing {
  channel: UpdateChannel;
  text: string;
  feed: Feed;
  files: ReadonlyMap<string, string>;
  /** From whom trust grows. */
  pinned: readonly ReleaseKey[];
}

/** Where feeds are published: a folder, or an organisation's backend. */
export interface Place {
  readonly name: string;
  /** The backend's, if it is one. */
  readonly origin: string | undefined;
  feeds(): Promise<FeedTexts>;
  /** Files first, the feed last. @throws AppError */
  publish(outgoing: Outgoing): Promise<void>;
}
