import { artefactFor } from '../../protocol/update/artefact-for.ts';
import type { Artefact, Feed } from '../../protocol/update/feed.ts';
import { bucketOf, offerOf } from '../../protocol/update/rollout.ts';
import type { Installation } from './installation.ts';

/** What a believed feed is held against. */
export interface Situation {
  runningVersion: string;
  installationId: string;
  installation: Extract<Installation, { kind: 'own' | 'installer' | 'others' }>;
  platform: NodeJS.Platform;
  arch: string;
  /** The setting 'install', or the person said so for this one. */
  mayInstall: boolean;
}

/** What follows from a feed. */
export type Judgement =
  | { kind: 'nothing' }
  | { kind: 'say'; how: string; installable: boolean }
  | { kind: 'install'; artefact: Artefact };

const BY_HAND = 'This release holds no package for this kind of installation; your IT can say how to get it.';
const WHEN_SAID = 'Sallyport installs it when you say so.';

/** Pure. */
export function judge(feed: Feed, situation: Situation): Judgement {
  const { installation, runningVersion, installationId, platform, arch, mayInstall } = situation;
  if (offerOf(feed, runningVersion, bucketOf(installationId, feed.version)) !== 'now') return { kind: 'nothing' };
  if (installation.kind === 'others') return { kind: 'say', how: installation.how, installable: false };
  const artefact =
    (platform === 'linux' || platform === 'win32') && (arch === 'x64' || arch === 'arm64')
      ? artefactFor(feed, { platform, arch, format: installation.format })
      : undefined;
  if (!artefact) return { kind: 'say', how: BY_HAND, installable: false };
  return mayInstall ? { kind: 'install', artefact } : { kind: 'say', how: WHEN_SAID, installable: true };
}
