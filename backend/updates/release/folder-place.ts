import { randomBytes } from 'node:crypto';
import { copyFile, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../protocol/errors.ts';
import { makeUpdateFolder, missingOf, moveIntoPlace, updateFolder } from '../folder.ts';
import { hashOf } from '../proposals.ts';
import { publishFeed } from '../publish-feed.ts';
import { readFeeds } from '../standing.ts';
import { tidy } from '../tidy.ts';
import type { Outgoing, Place } from './place.ts';

/** A folder on this computer, or a mounted one, that a backend or any web server hands out. */
export function folderPlace(path: string): Place {
  const folder = updateFolder(path);
  return {
    name: path,
    origin: undefined,
    feeds: () => readFeeds(folder),
    async publish({ channel, text, feed, files, pinned }: Outgoing) {
      await makeUpdateFolder(folder);
      for (const { sha256 } of await missingOf(folder, feed.artefacts)) {
        const from = files.get(sha256);
        if (from !== undefined) await bring(from, sha256);
      }
      const published = await publishFeed(
        { folder, holder: 'command', pinned, backend: 'any', channel, text, now: Date.now() },
        (place) => place(),
      );
      if (!published.live)
        throw new AppError(
          'invalid-input',
          `Files are missing: ${published.missing.map(({ name }) => name).join(', ')}.`,
        );
      await tidy(folder, Date.now());
    },
  };

  /** Whole, on disk and looked at again before it bears its hash as its name. */
  async function bring(from: string, sha256: string): Promise<void> {
    const draft = join(folder.incoming, `${sha256}.${randomBytes(6).toString('hex')}.draft`);
    try {
      await copyFile(from, draft);
      const handle = await open(draft, 'r+');
      await handle.chmod(0o644);
      await handle.sync();
      await handle.close();
      if ((await hashOf(draft)) !== sha256)
        throw new AppError('invalid-input', `${from} changed while it was published; nothing was published.`);
      await moveIntoPlace(draft, folder.file(sha256));
    } finally {
      await rm(draft, { force: true });
    }
  }
}
