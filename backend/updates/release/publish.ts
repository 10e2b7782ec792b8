import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { AppError } from '../../../protocol/errors.ts';
import { type Artefact, artefactSchema, type Feed, feedSchema, versionSchema } from '../../../protocol/update/feed.ts';
import { compareVersions, isPrerelease } from '../../../protocol/update/version.ts';
import { readOptions } from '../../cli/options.ts';
import { WrongUsage } from '../../cli/wrong-usage.ts';
import { hashOf } from '../proposals.ts';
import { isBesideInstallers, type Kind, kindOf, kindSaid } from './artefact-names.ts';
import { audienceOf, believed, keysNow, nextFeed, signedFor, USUAL_LIFE_MS } from './compose.ts';
import { channelFrom, lengthFrom, notFound, openSigning, percentFrom, SIGNING_OPTIONS, say } from './context.ts';

const OPTIONS = {
  ...SIGNING_OPTIONS,
  version: 'text',
  'notes-file': 'text',
  rollout: 'text',
  artefact: 'list',
  'allow-same': 'flag',
  anew: 'flag',
} as const;

/** `sallyport release publish`: a new version, with its installers. */
export async function runPublish(words: readonly string[]): Promise<void> {
  const { options, rest } = readOptions(words, OPTIONS, Number.POSITIVE_INFINITY);
  const channel = channelFrom(options.channel);
  const version = versionFrom(options.version);
  if (channel === 'stable' && isPrerelease(version))
    throw new AppError('invalid-input', `${version} comes before its release; it is for the channel beta.`);
  const rolloutPercent = percentFrom('--rollout', options.rollout ?? '100');
  const lifeMs = options.expires === undefined ? USUAL_LIFE_MS : lengthFrom('--expires', options.expires);
  const notes = await notesFrom(options['notes-file']);
  const { artefacts, files } = await artefactsFrom(rest, options.artefact, version);

  const { place, signers, pinned } = await openSigning(options);
  const standing = believed(await place.feeds(), pinned, options.anew);
  const last = standing.feeds[channel]?.feed;
  if (last) refuseUnlessNewer(last, version, options['allow-same']);
  const audience = audienceOf(standing, channel, place, options.for);
  const base = { audience, version, notes, paused: false, rolloutPercent, artefacts };
  const feed = nextFeed(standing, channel, base, { keys: keysNow(standing, signers), lifeMs, now: Date.now() });
  const text = signedFor(standing, feed, signers);
  await place.publish({ channel, text, feed, files, pinned });
  say(
    `${version} is published on ${channel} at ${place.name}, for ${rolloutPercent} % (publication ${feed.sequence}).`,
  );
  say(`It is for the apps of ${audience.join(', ')}.`);
  for (const { platform, arch, format, name, bytes } of artefacts)
    say(`  ${platform}/${arch}/${format}  ${name}  ${(bytes / 1e6).toFixed(1)} MB`);
  say(`Renew it before ${new Date(feed.expiresAt).toISOString().slice(0, 10)}: then it is believed no longer.`);
}

function versionFrom(word: string | undefined): string {
  if (word === undefined) throw new WrongUsage('Say which version: --version 1.2.3.');
  if (!versionSchema.safeParse(word).success)
    throw new WrongUsage(`--version must be such as 1.2.3 or 1.3.0-beta.1, not "${word}".`);
  return word;
}

function refuseUnlessNewer({ version: last, channel }: Feed, version: string, same: boolean): void {
  const order = compareVersions(version, last);
  if (order < 0)
    throw new AppError('invalid-input', `${last} is published on ${channel}; no app goes back from it to ${version}.`);
  if (order === 0 && !same)
    throw new AppError(
      'invalid-input',
      `${version} is published on ${channel} already. Who has it does not fetch it again; say --allow-same all the same.`,
    );
}

async function notesFrom(file: string | undefined): Promise<string> {
  if (file === undefined) return '';
  const text = await readFile(file, 'utf8').catch((cause) => {
    throw notFound(file, cause);
  });
  const notes = feedSchema.shape.notes.safeParse(text.trim());
  if (!notes.success) throw new AppError('invalid-input', `The notes in ${file} are longer than 4000 characters.`);
  return notes.data;
}

async function artefactsFrom(
  names: readonly string[],
  said: readonly string[],
  version: string,
): Promise<{ artefacts: Artefact[]; files: Map<string, string> }> {
  const kinds = new Map<string, Kind>(said.map(kindSaid).map(({ file, kind }) => [resolve(file), kind]));
  const passedOver = names.filter((name) => isBesideInstallers(name) && !kinds.has(resolve(name)));
  for (const name of passedOver) say(`${basename(name)} is passed over: no app updates by it.`);
  const installers = names.filter((name) => !passedOver.includes(name));
  const paths = [...new Set([...installers.map((name) => resolve(name)), ...kinds.keys()])];
  if (paths.length === 0) throw new WrongUsage('Say which installers are published.');
  const files = new Map<string, string>();
  const artefacts: Artefact[] = [];
  for (const path of paths) {
    const kind = kinds.get(path) ?? kindOf(path, version);
    const artefact = await artefactAt(path, kind);
    const twin = artefacts.find((one) =>
      (['platform', 'arch', 'format'] as const).every((part) => one[part] === kind[part]),
    );
    if (twin) throw new AppError('invalid-input', `${twin.name} and ${artefact.name} are installers of one kind.`);
    artefacts.push(artefact);
    files.set(artefact.sha256, path);
  }
  return { artefacts, files };
}

async function artefactAt(path: string, kind: Kind): Promise<Artefact> {
  const found = await stat(path).catch((cause) => {
    throw notFound(path, cause);
  });
  if (!found.isFile()) throw new AppError('invalid-input', `${path} is no file.`);
  const artefact = artefactSchema.safeParse({
    ...kind,
    name: basename(path),
    bytes: found.size,
    sha256: await hashOf(path),
  });
  if (!artefact.success)
    throw new AppError('invalid-input', `${path} cannot be published: it is empty, over 2 GiB, or oddly named.`);
  return artefact.data;
}
