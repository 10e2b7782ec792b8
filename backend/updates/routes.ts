import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError } from '../../protocol/errors.ts';
import type { Clock } from '../../protocol/time.ts';
import { updateChannelSchema } from '../../protocol/update/channel.ts';
import { LARGEST_FEED } from '../../protocol/update/feed.ts';
import { networkOf } from '../http/network-of.ts';
import { RateLimit } from '../http/rate-limit.ts';
import { Downloads } from './downloads.ts';
import type { UpdateFolder } from './folder.ts';
import type { Releases } from './releases.ts';
import { serveFeed, serveFile } from './serve.ts';

/** A file is uploaded in pieces: each comes within the time of a request, and through proxies that bound a body. */
const LARGEST_PIECE = 8 * 1024 * 1024;
/** Feeds proposed, for each address. */
const PROPOSALS = { burst: 30, perMinute: 30 };

const hash = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits');
const pieceSchema = {
  params: z.strictObject({ sha256: hash }),
  querystring: z.strictObject({
    proposal: hash,
    offset: z
      .string()
      .regex(/^\d{1,10}$/)
      .transform(Number),
  }),
};
const proposalSchema = { params: z.strictObject({ channel: updateChannelSchema }) };

export interface UpdateRoutes {
  folder: UpdateFolder;
  releases: Releases;
  clock: Clock;
  downloads?: Downloads;
}

/**
 * /updates/, to everybody:
 *
 *   GET, HEAD /updates/<channel>.json                          the feed
 *   GET, HEAD /updates/files/<sha256>                          an installer, or a range of it
 *   POST /updates/<channel>/proposal                           a signed feed; the reply says which files are to come
 *   PUT  /updates/files/<sha256>?proposal=<id>&offset=<bytes>  the next piece of one of them
 */
export function registerUpdates(app: FastifyInstance, { folder, releases, clock, ...rest }: UpdateRoutes): void {
  const downloads = rest.downloads ?? new Downloads();
  const proposals = new RateLimit(clock, PROPOSALS);
  const hide = { hide: true };
  // The signed text itself, and bytes: neither is JSON for us.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string', bodyLimit: LARGEST_FEED }, (_, body, done) =>
    done(null, body),
  );
  app.addContentTypeParser('application/octet-stream', (_, body, done) => done(null, body));
  const read = { method: ['GET', 'HEAD'], schema: hide, exposeHeadRoute: false };
  app.route({ ...read, url: '/updates/:name', handler: (request, reply) => serveFeed(folder, request, reply) });
  app.route({
    ...read,
    url: '/updates/files/:sha256',
    handler: (request, reply) => serveFile(folder, downloads, request, reply),
  });
  app.post('/updates/:channel/proposal', {
    schema: { ...hide, ...proposalSchema },
    bodyLimit: LARGEST_FEED,
    onRequest: async (request) => proposals.take(networkOf(request.ip)),
    handler: async (request) => {
      const { channel } = request.params as z.output<typeof proposalSchema.params>;
      if (typeof request.body !== 'string') throw new AppError('invalid-input', 'Send the signed feed as JSON.');
      return releases.propose(channel, request.body, request.ip);
    },
  });
  app.put('/updates/files/:sha256', {
    schema: { ...hide, ...pieceSchema },
    bodyLimit: LARGEST_PIECE,
    onRequest: async (request) => refuseLongPieces(request),
    handler: async (request) => {
      const { sha256 } = request.params as z.output<typeof pieceSchema.params>;
      const { proposal, offset } = request.query as z.output<typeof pieceSchema.querystring>;
      if (!isStream(request.body)) throw new AppError('invalid-input', 'Send bytes, as application/octet-stream.');
      const piece = { offset, length: lengthOf(request), bytes: request.body };
      return releases.receive(proposal, sha256, piece, request.ip);
    },
  });
}

/** Where this backend hands out no updates, it says so. */
export function registerNoUpdates(app: FastifyInstance): void {
  const handler = async (_: FastifyRequest, reply: FastifyReply): Promise<never> => {
    void reply.header('connection', 'close');
    throw new AppError('not-found', 'This backend hands out no updates: its configuration says nothing of "updates".');
  };
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_, __, done) => done(null));
  app.all('/updates/*', { schema: { hide: true }, exposeHeadRoute: false, handler });
}

/** What may be asked where, for who asks otherwise. */
export function updateMethodsAt(path: string): string[] {
  if (/^\/updates\/files\/[^/]+$/.test(path)) return ['GET', 'HEAD', 'PUT'];
  if (/^\/updates\/[^/]+\/proposal$/.test(path)) return ['POST'];
  return /^\/updates\/[^/]+$/.test(path) ? ['GET', 'HEAD'] : [];
}

function lengthOf({ headers }: FastifyRequest): number {
  return Number(headers['content-length'] ?? Number.NaN);
}

function refuseLongPieces(request: FastifyRequest): void {
  const length = lengthOf(request);
  if (!(length > 0 && length <= LARGEST_PIECE))
    throw new AppError('invalid-input', `Send pieces of at most ${LARGEST_PIECE / 1024 ** 2} MiB, and their length.`);
}

function isStream(body: unknown): body is Readable {
  return typeof (body as Readable | undefined)?.pipe === 'function';
}
