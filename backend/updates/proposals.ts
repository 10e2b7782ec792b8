import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rm, statfs } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../protocol/errors.ts';
import type { Artefact } from '../../protocol/update/feed.ts';
import { openFeed } from '../../protocol/update/verify-feed.ts';
import { moveIntoPlace, namesIn, readIfThere, sizeOf, type UpdateFolder, writeWhole } from './folder.ts';
import type { Standing } from './standing.ts';

/*
 * A signed feed that waits for its files. Its id is the hash of its text: until it is live only who made it knows that,
 * and so who names it may upload the files that it names. All of it lies in the folder, so that any node goes on with it.
 */

/** More feeds than these do not wait at once. */
const MOST_WAITING = 10;
/** What stays free on the disk, bytes. */
const KEPT_FREE = 256 * 1024 * 1024;

export interface Waiting {
  sha256: string;
  /** How many bytes are here: the next piece begins there. */
  received: number;
}

/** How an upload stands after a piece. */
export interface Received {
  received: number;
  done: boolean;
}

/** Some bytes of a file. `length` is what HTTP announced, and holds the stream to. */
export interface Piece {
  offset: number;
  length: number;
  bytes: Readable;
}

export function proposalIdOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Keeps a verified feed until its files have come. @throws AppError 'unavailable' when the disk has no room for them */
export async function keepProposal(
  folder: UpdateFolder,
  text: string,
  missing: readonly Artefact[],
): Promise<Waiting[]> {
  const waiting = (await namesIn(folder.incoming)).filter((name) => name.endsWith('.json'));
  const id = proposalIdOf(text);
  if (waiting.length >= MOST_WAITING && !waiting.includes(`${id}.json`))
    throw new AppError(
      'too-many-requests',
      `${MOST_WAITING} releases wait for their files already; finish or tidy them.`,
    );
  const parts = await Promise.all(
    missing.map(async ({ sha256, bytes }) => ({ sha256, bytes, received: (await sizeOf(folder.part(sha256))) ?? 0 })),
  );
  await refuseWithoutRoom(
    folder,
    parts.reduce((sum, { bytes, received }) => sum + bytes - received, 0),
  );
  await writeWhole(folder.proposal(id), text);
  return parts.map(({ sha256, received }) => ({ sha256, received }));
}

/** What a waiting feed says of a file. @throws AppError 'not-allowed' when no such feed waits, or it does not name it */
export async function announced(
  folder: UpdateFolder,
  standing: () => Promise<Standing>,
  id: string,
  sha256: string,
): Promise<Artefact> {
  const text = await readIfThere(folder.proposal(id));
  // Keys may have changed while it waited. Looked at last: a stranger who names nothing costs one look at the disk.
  const opened = text === undefined ? undefined : openFeed(text, (await standing()).trust.keys);
  const artefact = opened?.ok ? opened.feed.artefacts.find((one) => one.sha256 === sha256) : undefined;
  if (!artefact) throw new AppError('not-allowed', 'No release that is being published names this file.');
  return artefact;
}

/** Takes in one piece. What has come stays when the connection breaks. @throws AppError; a wrong file is removed */
export async function receivePiece(folder: UpdateFolder, { sha256, bytes }: Artefact, piece: Piece): Promise<Received> {
  const part = folder.part(sha256);
  if ((await sizeOf(folder.file(sha256))) === bytes) {
    await drain(piece.bytes);
    return { received: bytes, done: true };
  }
  const received = (await sizeOf(part)) ?? 0;
  if (piece.offset !== received)
    throw new AppError('wrong-state', `The upload goes on at byte ${received}, not ${piece.offset}.`, {
      field: 'offset',
    });
  if (received + piece.length > bytes)
    throw new AppError('invalid-input', `The file is longer than the announced ${bytes} bytes.`);
  await refuseWithoutRoom(folder, bytes - received);
  await append(part, piece);
  const now = (await sizeOf(part)) ?? 0;
  if (now < bytes) return { received: now, done: false };
  if ((await hashOf(part)) !== sha256) {
    await rm(part, { force: true });
    throw new AppError('invalid-input', 'The file is not the announced one: its SHA-256 is another. Upload it again.');
  }
  await sync(part);
  await moveIntoPlace(part, folder.file(sha256));
  return { received: bytes, done: true };
}

/** Forgets feeds that waited and can no longer be published, or have been. */
export async function dropStaleProposals(folder: UpdateFolder, standing: Standing): Promise<void> {
  for (const name of await namesIn(folder.incoming)) {
    const id = /^([0-9a-f]{64})\.json$/.exec(name)?.[1];
    const text = id && (await readIfThere(folder.proposal(id)));
    const opened = text ? openFeed(text, standing.trust.keys) : undefined;
    if (id && !(opened?.ok && opened.feed.sequence > standing.sequence)) await rm(folder.proposal(id), { force: true });
  }
}

async function append(part: string, { offset, bytes }: Piece): Promise<void> {
  try {
    await pipeline(bytes, createWriteStream(part, offset === 0 ? {} : { flags: 'r+', start: offset }));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC') throw withoutRoom(error);
    if (code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET')
      throw new AppError('timed-out', 'The upload broke off; go on where it ended.', { cause: error });
    throw error;
  }
}

async function refuseWithoutRoom(folder: UpdateFolder, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder.path);
  if (bavail * bsize < bytes + KEPT_FREE) throw withoutRoom();
}

function withoutRoom(cause?: unknown): AppError {
  return new AppError('unavailable', "There is not enough room on the backend's disk for these files.", { cause });
}

/** The SHA-256 of a file, in hexadecimal digits. */
export async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function drain(piece: Readable): Promise<void> {
  for await (const _ of piece);
}
