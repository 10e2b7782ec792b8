import type { Artefact, Feed } from './feed.ts';

/** What an installation is and wants: process.platform, process.arch, and the format it was installed from. */
export type Wanted = Pick<Artefact, 'platform' | 'format'> & { arch: 'x64' | 'arm64' };

/** The installer of a feed for an installation: for its processor alone, or for all of them. */
export function artefactFor(feed: Pick<Feed, 'artefacts'>, wanted: Wanted): Artefact | undefined {
  const fitting = feed.artefacts.filter(
    ({ platform, format }) => platform === wanted.platform && format === wanted.format,
  );
  return fitting.find(({ arch }) => arch === wanted.arch) ?? fitting.find(({ arch }) => arch === 'universal');
}
