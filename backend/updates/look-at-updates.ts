import { durationInWords } from '../../protocol/time.ts';
import { isFor } from '../../protocol/update/audience.ts';
import { UPDATE_CHANNELS } from '../../protocol/update/channel.ts';
import type { Feed } from '../../protocol/update/feed.ts';
import type { ReleaseKey } from '../../protocol/update/keys.ts';
import { type Finding, findingsOf } from '../doctor/finding.ts';
import { missingOf, readIfThere, updateFolder } from './folder.ts';
import { readStanding } from './standing.ts';

/** Sooner than this is soon, milliseconds. */
const SOON_MS = 7 * 24 * 3600_000;

/** What is looked at: a folder, by the keys of the configuration, for the apps of this address. */
export interface UpdatesHere {
  path: string;
  keys: readonly ReleaseKey[];
  publicUrl: string;
}

/** What `sallyport doctor` says of the published updates. Changes nothing. @param now epoch ms */
export async function lookAtUpdates({ path, keys, publicUrl }: UpdatesHere, now: number): Promise<Finding[]> {
  const say = findingsOf('updates');
  const folder = updateFolder(path);
  const texts = await Promise.all(UPDATE_CHANNELS.map((channel) => readIfThere(folder.feed(channel)))).catch(
    (error: Error) => error,
  );
  if (texts instanceof Error) return [say.wrong(`The update feeds in ${path} cannot be read: ${texts.message}.`)];
  if (texts.every((text) => text === undefined))
    return [say.warning(`Nothing is published in ${path} yet: \`sallyport release publish\` does.`)];
  if (keys.length === 0)
    return [
      say.warning('The configuration names no keys under "updates": whose the published feeds are is not known.'),
    ];
  const { feeds, unbelieved } = await readStanding(folder, keys);
  const strange = unbelieved.map((channel) =>
    say.wrong(
      `The feed of ${channel} is signed by none of the keys under "updates": apps refuse it. Publish it again.`,
    ),
  );
  const known = await Promise.all(
    Object.values(feeds).map(async ({ feed }) => {
      if (!isFor(feed.audience, publicUrl))
        return say.wrong(
          `The feed of ${feed.channel} is for the apps of ${feed.audience.join(', ')}, not of ${publicUrl}: they refuse it. ` +
            `\`sallyport release renew --for ${publicUrl}\`.`,
        );
      const missing = await missingOf(folder, feed.artefacts);
      const files = missing.map(({ name }) => name).join(', ');
      if (missing.length > 0)
        return say.wrong(
          `${feed.channel}: files of ${feed.version} are missing (${files}): publish it with --allow-same.`,
        );
      return judgeEnd(feed, now);
    }),
  );
  return [...strange, ...known];
}

function judgeEnd({ channel, version, expiresAt, paused, rolloutPercent }: Feed, now: number): Finding {
  const say = findingsOf('updates');
  const left = expiresAt - now;
  if (left <= 0)
    return say.wrong(`The feed of ${channel} has expired, no app believes it: \`sallyport release renew\`.`);
  if (left <= SOON_MS)
    return say.warning(`The feed of ${channel} expires in ${durationInWords(left)}: \`sallyport release renew\`.`);
  const state = paused ? 'paused' : `for ${rolloutPercent} %`;
  return say.ok(`${channel} is at ${version}, ${state}, for ${durationInWords(left)} more.`);
}
