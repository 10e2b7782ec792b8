import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { UpdateChannel } from '../../protocol/update/channel.ts';
import type { Artefact } from '../../protocol/update/feed.ts';

/*
 * What is published, as any web server may serve it under /updates/, and what leads there:
 *
 *   stable.json, beta.json      the signed feeds; replaced by a rename, last of all
 *   files/<sha256>              installers; appear by a rename, whole and with that hash
 *   replaced/<channel>.<n>.json feeds that newer ones have replaced: their files stay for those who are downloading
 *   incoming/<sha256>.part      an upload as far as it has come
 *   incoming/<id>.json          a signed feed that waits for its files (see proposals.ts)
 *   trust.json                  whom the backend believes (protocol/update/trust.ts)
 *   lock                        somebody is putting a feed in place (folder-lock.ts)
 */
export interface UpdateFolder {
  readonly path: string;
  readonly files: string;
  readonly replaced: string;
  readonly incoming: string;
  readonly trust: string;
  readonly lock: string;
  feed(channel: UpdateChannel): string;
  file(sha256: string): string;
  part(sha256: string): string;
  proposal(id: string): string;
}

/** The names in a folder; nothing is made. Hashes and ids are checked by whoever takes them in. */
export function updateFolder(path: string): UpdateFolder {
  const [files, incoming] = [join(path, 'files'), join(path, 'incoming')];
  return {
    path,
    files,
    incoming,
    replaced: join(path, 'replaced'),
    trust: join(path, 'trust.json'),
    lock: join(path, 'lock'),
    feed: (channel) => join(path, `${channel}.json`),
    file: (sha256) => join(files, sha256),
    part: (sha256) => join(incoming, `${sha256}.part`),
    proposal: (id) => join(incoming, `${id}.json`),
  };
}

/** Makes what is not there. */
export async function makeUpdateFolder(folder: UpdateFolder): Promise<void> {
  for (const path of [folder.files, folder.replaced, folder.incoming]) await mkdir(path, { recursive: true });
}

/** Which files of a feed are not there, whole. A file bears its hash as its name only once that was checked. */
export async function missingOf(folder: UpdateFolder, artefacts: readonly Artefact[]): Promise<Artefact[]> {
  const missing = new Map<string, Artefact>();
  for (const artefact of artefacts)
    if ((await sizeOf(folder.file(artefact.sha256))) !== artefact.bytes) missing.set(artefact.sha256, artefact);
  return [...missing.values()];
}

/** Puts a feed in place of the one before, which is kept aside. Its files must be there already. */
export async function replaceFeed(folder: UpdateFolder, channel: UpdateChannel, text: string): Promise<void> {
  await makeUpdateFolder(folder);
  const aside = join(folder.replaced, `${channel}.${Date.now()}.${randomBytes(3).toString('hex')}.json`);
  await copyFile(folder.feed(channel), aside).catch(unlessMissing);
  await writeWhole(folder.feed(channel), text);
}

/** Writes a file so that a reader, and a power cut, find the old one or the new one. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const draft = join(dirname(path), `.${randomBytes(6).toString('hex')}.draft`);
  try {
    const handle = await open(draft, 'wx', 0o644);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await moveIntoPlace(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

/** A rename that outlasts a power cut. The file's own bytes are on disk before. */
export async function moveIntoPlace(from: string, to: string): Promise<void> {
  await rename(from, to);
  const handle = await open(dirname(to), 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Bytes of a file; undefined when there is none. */
export async function sizeOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(unlessMissing);
  return found?.isFile() ? found.size : undefined;
}

export async function readIfThere(path: string): Promise<string | undefined> {
  return (await readFile(path, 'utf8').catch(unlessMissing)) ?? undefined;
}

export async function namesIn(path: string): Promise<string[]> {
  return (await readdir(path).catch(unlessMissing)) ?? [];
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
