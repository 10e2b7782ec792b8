import { createHash } from 'node:crypto';
import type { Feed } from './feed.ts';
import { compareVersions } from './version.ts';

/**
 * In which hundredth of all installations one is, for one version: 0 to 99. Each version shuffles anew, so that it is not
 * always the same desks that get it first.
 * @param installationId random, made once by each installation; it never leaves the computer
 */
export function bucketOf(installationId: string, version: string): number {
  const digest = createHash('sha256').update(`sallyport roll-out\n${version}\n${installationId}`).digest();
  return digest.readUInt32BE(0) % 100;
}

/** `later`: this installation's turn has not come. */
export type Offer = 'now' | 'not-newer' | 'paused' | 'later';

/** Whether a feed's version is for an installation. Never an older one, and never the same. @param bucket see `bucketOf` */
export function offerOf(
  feed: Pick<Feed, 'version' | 'paused' | 'rolloutPercent'>,
  runningVersion: string,
  bucket: number,
): Offer {
  if (compareVersions(feed.version, runningVersion) <= 0) return 'not-newer';
  if (feed.paused) return 'paused';
  return bucket < feed.rolloutPercent ? 'now' : 'later';
}

/** `offerOf` as yes or no. */
export function isOffered(...about: Parameters<typeof offerOf>): boolean {
  return offerOf(...about) === 'now';
}
