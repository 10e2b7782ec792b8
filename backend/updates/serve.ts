import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../protocol/errors.ts';
import { updateChannelSchema } from '../../protocol/update/channel.ts';
import { networkOf } from '../http/network-of.ts';
import { byteRange, isNamedIn } from './byte-range.ts';
import type { Downloads } from './downloads.ts';
import { readIfThere, type UpdateFolder } from './folder.ts';

/** A reader who takes nothing for so long is cut, milliseconds. They go on with a range. */
const STALLED_MS = 60_000;
const RETRY_SECONDS = '60';

/** GET and HEAD /updates/<channel>.json: what is published there now. */
export async function serveFeed(
  folder: UpdateFolder,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { name } = request.params as { name: string };
  const channel = updateChannelSchema.safeParse(/^([a-z]+)\.json$/.exec(name)?.[1]).data;
  if (!channel) throw new AppError('not-found', 'There is nothing at this address.');
  const text = await readIfThere(folder.feed(channel));
  if (text === undefined) throw new AppError('not-found', `Nothing has been published on the channel ${channel} yet.`);
  const etag = `"${createHash('sha256').update(text).digest('hex').slice(0, 32)}"`;
  // A pause must be heard at once: kept, but asked about each time.
  void reply.header('etag', etag).header('cache-control', 'public, no-cache');
  if (isNamedIn(request.headers['if-none-match'], etag)) return reply.code(304).send();
  return reply.header('content-type', 'application/json; charset=utf-8').send(text);
}

/** GET and HEAD /updates/files/<sha256>: a file or a part of it, never in memory as a whole. */
export async function serveFile(
  folder: UpdateFolder,
  downloads: Downloads,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { sha256 } = request.params as { sha256: string };
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new AppError('not-found', 'There is nothing at this address.');
  const handle = await openIfThere(folder.file(sha256));
  if (!handle) throw new AppError('not-found', 'There is no such file, or it belongs to an old release.');
  let handedOver = false;
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new AppError('not-found', 'There is nothing at this address.');
    // A name that says the content: it never changes, and the tag is the same at every node.
    const etag = `"${sha256}"`;
    void reply.headers({ etag, 'accept-ranges': 'bytes', 'cache-control': 'public, max-age=31536000, immutable' });
    if (isNamedIn(request.headers['if-none-match'], etag)) return reply.code(304).send();
    const range = rangeOf(request, etag, stat.size);
    if (range === 'unsatisfiable') {
      void reply.header('content-range', `bytes */${stat.size}`).header('cache-control', 'no-store');
      return reply.code(416).send();
    }
    const { from, to } = range === 'whole' ? { from: 0, to: stat.size - 1 } : range;
    if (range !== 'whole') void reply.code(206).header('content-range', `bytes ${from}-${to}/${stat.size}`);
    void reply.header('content-type', 'application/octet-stream').header('content-length', to - from + 1);
    if (request.method === 'HEAD') return reply.send();
    const end = begin(downloads, request, reply);
    handedOver = true;
    const bytes = handle.createReadStream({ start: from, end: to });
    bytes.once('close', end);
    reply.raw.setTimeout(STALLED_MS, () => reply.raw.destroy());
    return reply.send(bytes);
  } finally {
    if (!handedOver) await handle.close();
  }
}

function rangeOf(request: FastifyRequest, etag: string, size: number): ReturnType<typeof byteRange> {
  const only = request.headers['if-range'];
  if (request.method === 'HEAD' || (only !== undefined && only !== etag)) return 'whole';
  return byteRange(request.headers.range, size);
}

function begin(downloads: Downloads, request: FastifyRequest, reply: FastifyReply): () => void {
  try {
    const { socket } = request.raw;
    const before = socket.bytesWritten;
    // What waits in memory to be taken is not taken yet.
    const taken = (): number => socket.bytesWritten - socket.writableLength - before;
    return downloads.begin({ address: networkOf(request.ip), taken, cut: () => void reply.raw.destroy() });
  } catch (error) {
    for (const name of ['etag', 'accept-ranges', 'content-range', 'content-length']) void reply.removeHeader(name);
    void reply.header('cache-control', 'no-store').header('retry-after', RETRY_SECONDS);
    throw error;
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    // Not through a link (ELOOP): only what was checked lies here under its own name.
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if (['ENOENT', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
