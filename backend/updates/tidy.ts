import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { feedEnvelopeSchema, feedSchema } from '../../protocol/update/feed.ts';
import { namesIn, readIfThere, type UpdateFolder } from './folder.ts';
import { readFeeds } from './standing.ts';

/** So long are files kept for those who are downloading them when they are replaced, milliseconds. */
export const GRACE_MS = 7 * 24 * 3600_000;
/** So long does an upload wait to be gone on with, milliseconds. */
export const UPLOAD_WAITS_MS = 24 * 3600_000;

export interface Tidied {
  files: number;
  bytes: number;
}

/**
 * Removes what no feed names any more, live or replaced within the time of grace, and uploads that nobody goes on with.
 * A feed that cannot be read names nothing; then nothing is removed at all.
 */
export async function tidy(folder: UpdateFolder, now: number, graceMs: number = GRACE_MS): Promise<Tidied> {
  await removeOlder(folder.replaced, /\.json$/, now - graceMs);
  await removeOlder(folder.incoming, /\.(json|part|draft)$/, now - UPLOAD_WAITS_MS);
  const named = await hashesNamed(folder);
  if (!named) return { files: 0, bytes: 0 };
  const unnamed = (await namesIn(folder.files)).filter((name) => !named.has(name));
  // A file comes before the feed that names it.
  return removeAll(folder.files, unnamed, now - graceMs);
}

async function removeOlder(path: string, pattern: RegExp, before: number): Promise<void> {
  await removeAll(
    path,
    (await namesIn(path)).filter((name) => pattern.test(name)),
    before,
  );
}

async function removeAll(path: string, names: readonly string[], before: number): Promise<Tidied> {
  const removed: Tidied = { files: 0, bytes: 0 };
  for (const name of names) {
    const found = await stat(join(path, name)).catch(() => undefined);
    if (!found?.isFile() || found.mtimeMs > before) continue;
    await rm(join(path, name), { force: true });
    removed.files += 1;
    removed.bytes += found.size;
  }
  return removed;
}

async function hashesNamed(folder: UpdateFolder): Promise<Set<string> | undefined> {
  const texts = Object.values(await readFeeds(folder));
  for (const place of [folder.replaced, folder.incoming])
    for (const name of await namesIn(place))
      if (name.endsWith('.json')) texts.push(await readIfThere(join(place, name)));
  const hashes = new Set<string>();
  for (const text of texts) {
    if (text === undefined) continue;
    const named = hashesIn(text);
    if (!named) return undefined;
    for (const hash of named) hashes.add(hash);
  }
  return hashes;
}

/** Without a look at the signature: what is named is kept, whoever says so. */
function hashesIn(text: string): string[] | undefined {
  try {
    const { payload } = feedEnvelopeSchema.parse(JSON.parse(text));
    return feedSchema.parse(JSON.parse(Buffer.from(payload, 'base64').toString())).artefacts.map((a) => a.sha256);
  } catch {
    return undefined;
  }
}
