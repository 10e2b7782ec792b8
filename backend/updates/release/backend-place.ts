import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { AppError, problemSchema } from '../../../protocol/errors.ts';
import { UPDATE_CHANNELS, type UpdateChannel } from '../../../protocol/update/channel.ts';
import { LARGEST_FEED } from '../../../protocol/update/feed.ts';
import type { Outgoing, Place } from './place.ts';

/** Fits through a proxy that nobody has set up for uploads (nginx lets 1 MiB pass). Bytes. */
const PIECE = 1024 * 1024;
const ANSWER_WITHIN_MS = 60_000;
/** So often in a row it may go wrong. */
const TRIES = 6;
/** What may be another time. */
const PASSING = new Set<string>(['offline', 'timed-out', 'too-many-requests', 'wrong-state']);

const proposedSchema = z.union([
  z.object({ live: z.literal(true) }),
  z.object({
    live: z.literal(false),
    id: z.string(),
    missing: z.array(z.object({ sha256: z.string(), received: z.number() })),
  }),
]);
const receivedSchema = z.object({ received: z.number(), done: z.boolean() });

/** @throws AppError for an address that would be talked to in the clear */
export function backendPlace(address: string): Place {
  const origin = originOf(address);
  return { name: origin, origin, feeds, publish };

  async function feeds() {
    const texts = await Promise.all(UPDATE_CHANNELS.map(readFeed));
    return Object.fromEntries(UPDATE_CHANNELS.map((channel, at) => [channel, texts[at]]));
  }

  async function readFeed(channel: UpdateChannel): Promise<string | undefined> {
    const response = await call('GET', `/updates/${channel}.json`);
    if (response.status === 404) return undefined;
    const text = await (await orProblem(response)).text();
    if (text.length > LARGEST_FEED)
      throw new AppError('invalid-input', `${origin} answers with more than a feed may be.`);
    return text;
  }

  async function publish({ channel, text, feed, files }: Outgoing): Promise<void> {
    for (let failures = 0; failures < TRIES; failures += 1) {
      const proposed = await propose(channel, text);
      if (proposed.live) return;
      try {
        for (const { sha256, received } of proposed.missing) {
          const name = feed.artefacts.find((artefact) => artefact.sha256 === sha256)?.name ?? sha256;
          const path = files.get(sha256);
          if (path === undefined)
            throw new AppError('invalid-input', `${origin} no longer has ${name}, and it is not among your files.`);
          await upload(path, sha256, proposed.id, received, () => {
            failures = 0;
          });
        }
      } catch (error) {
        if (!(error instanceof AppError && PASSING.has(error.code)) || failures === TRIES - 1) throw error;
        // The next proposal says where to go on.
        await sleep(500 * 2 ** failures);
      }
    }
    throw new AppError('unavailable', `${origin} goes on asking for files; try again.`);
  }

  async function propose(channel: UpdateChannel, text: string) {
    const response = await call('POST', `/updates/${channel}/proposal`, text, 'application/json');
    return proposedSchema.parse(await (await orProblem(response)).json());
  }

  async function upload(path: string, sha256: string, id: string, from: number, onPiece: () => void): Promise<void> {
    const handle = await open(path, 'r');
    try {
      for (let offset = from, done = false; !done; onPiece()) {
        const piece = await readPiece(handle, offset);
        if (piece.length === 0) throw new AppError('invalid-input', `${path} changed while it was uploaded.`);
        const at = `/updates/files/${sha256}?proposal=${id}&offset=${offset}`;
        const response = await orProblem(await call('PUT', at, piece, 'application/octet-stream'));
        ({ received: offset, done } = receivedSchema.parse(await response.json()));
      }
    } finally {
      await handle.close();
    }
  }

  async function call(method: string, path: string, body?: string | Uint8Array<ArrayBuffer>, type?: string) {
    try {
      return await fetch(`${origin}${path}`, {
        method,
        // What is signed for one place is not for another.
        redirect: 'error',
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        ...(body === undefined ? {} : { body, headers: { 'content-type': type ?? '' } }),
      });
    } catch (cause) {
      const { message, cause: inner } = cause as Error & { cause?: Error };
      throw new AppError('offline', `${origin} cannot be reached: ${inner?.message ?? message}.`, { cause });
    }
  }

  async function orProblem(response: Response): Promise<Response> {
    if (response.ok) return response;
    const problem = problemSchema.safeParse(await response.json().catch(() => undefined)).data;
    if (problem) throw new AppError(problem.code, `${origin} refuses: ${problem.detail}`);
    throw new AppError('unavailable', `${origin} answers ${response.status}, and not as a Sallyport backend does.`);
  }
}

async function readPiece(handle: FileHandle, offset: number): Promise<Uint8Array<ArrayBuffer>> {
  const piece = new Uint8Array(PIECE);
  const { bytesRead } = await handle.read(piece, 0, PIECE, offset);
  return piece.subarray(0, bytesRead);
}

function originOf(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const loopback = url?.hostname === '127.0.0.1' || url?.hostname === '[::1]' || url?.hostname === 'localhost';
  if (!url || (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback)))
    throw new AppError('invalid-input', `${address} is no https address.`);
  if (url.pathname !== '/' || url.search + url.hash + url.username + url.password !== '')
    throw new AppError('invalid-input', `Say the address of the backend alone: ${url.origin}.`);
  return url.origin;
}
