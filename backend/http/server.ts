import type { RequestListener, Server } from 'node:http';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyInstance, type FastifyServerOptions, LogController } from 'fastify';
import { jsonSchemaTransform, serializerCompiler } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { RouteParsed } from '../../protocol/api/route.ts';
import { paths, type RouteName, type Routes, routes } from '../../protocol/api/routes.ts';
import { AppError, sentenceOf } from '../../protocol/errors.ts';
import type { Clock } from '../../protocol/time.ts';
import type { EventStreams } from '../events/stream.ts';
import { type Database, isDatabaseAway } from '../storage/database.ts';
import { newId } from '../storage/ids.ts';
import { updateMethodsAt } from '../updates/routes.ts';
import type { Caller, Handlers } from './handlers.ts';
import { authenticateCall, mountRoutes } from './mount.ts';
import { networkOf } from './network-of.ts';
import { problemOf, sendProblem } from './problem.ts';
import { type Rate, RateLimit } from './rate-limit.ts';
import { auditTurnedAway } from './turned-away.ts';

const LARGEST_BODY_BYTES = 64 * 1024;

export interface HttpLimits {
  /** Sign-in calls, for each address. */
  signIn: Rate;
  /** New and changed requests, for each person. */
  ask: Rate;
  /** Everything else, for each person. */
  call: Rate;
}

export const DEFAULT_LIMITS: HttpLimits = {
  signIn: { burst: 60, perMinute: 60 },
  ask: { burst: 30, perMinute: 30 },
  call: { burst: 600, perMinute: 1200 },
};

/** Each may wake many approvers. */
const ASKS = new Set<RouteName>(['requests.create', 'requests.createBatch', 'requests.amend', 'grants.extend']);

/** How many acts a call is. */
function actsIn(name: RouteName, body: unknown): number {
  switch (name) {
    case 'requests.createBatch':
      return (body as RouteParsed<Routes[typeof name]>['body']).targets.length;
    case 'requests.decideMany':
      return (body as RouteParsed<Routes[typeof name]>['body']).decisions.length;
    default:
      return 1;
  }
}

export interface HttpServices {
  /** Listens already, and answers until we are ready; it belongs to the caller, who stops it. */
  server: Server;
  database: Database;
  clock: Clock;
  streams: EventStreams;
  handlers: Handlers;
  authenticate: (token: string) => Promise<Caller | null>;
  /** The browser's half of sign-in. */
  registerSignIn: (app: FastifyInstance) => void | Promise<void>;
  /** What is under /updates/. */
  registerUpdates: (app: FastifyInstance) => void;
  version: string;
  limits?: HttpLimits;
  logger?: FastifyServerOptions['loggerInstance'];
  /** Which proxies may say who the client is; none by default. */
  trustProxy?: string[];
}

/** Answers HTTP: the contract's routes, the event stream, sign-in, OpenAPI and health. It answers once it is `ready()`. */
export async function createHttpServer(services: HttpServices): Promise<FastifyInstance> {
  const { clock, server } = services;
  let handleRequest: RequestListener | undefined;
  const app: FastifyInstance = Fastify({
    ...(services.logger ? { loggerInstance: services.logger } : {}),
    bodyLimit: LARGEST_BODY_BYTES,
    trustProxy: services.trustProxy ?? false,
    genReqId: () => newId('call', clock.now()),
    // What fastify turns down before there is a route, such as an address that cannot be decoded.
    frameworkErrors: (error, request, reply) => void sendProblem(request, reply, problemOf(error, request.id)),
    // Addresses carry what is nobody's business later; a failure is logged where it is answered.
    logController: new LogController({ disableRequestLogging: true }),
    serverFactory: (handler) => {
      handleRequest = handler;
      return server;
    },
  });
  // JSON only: a form or plain text is what a page of somebody else could send.
  app.removeContentTypeParser('text/plain');
  app.setValidatorCompiler(({ schema }) => (value) => {
    const parsed = (schema as z.ZodType).safeParse(value);
    if (parsed.success) return { value: parsed.data };
    const { message, field } = sentenceOf(parsed.error);
    return { error: new AppError('invalid-input', message, { field }) };
  });
  app.setSerializerCompiler(serializerCompiler);
  // What the caller answered so far ("starting") ends here, and not before everything is in place.
  app.addHook('onReady', async () => {
    if (handleRequest) server.removeAllListeners('request').on('request', handleRequest);
  });
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(isDatabaseAway(error) ? databaseAway(error) : error, request.id);
    if (problem.code === 'internal') request.log.error({ err: error }, 'unexpected failure');
    return sendProblem(request, reply, problem);
  });
  app.addHook('onSend', async (request, reply) => {
    for (const [name, value] of Object.entries(SAFE_HEADERS)) if (!reply.hasHeader(name)) reply.header(name, value);
    reply.header('x-request-id', request.id);
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Sallyport', version: services.version, description: 'Just-in-time SSH access' },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    },
    transform: jsonSchemaTransform,
  });
  const limits = services.limits ?? DEFAULT_LIMITS;
  const signIn = new RateLimit(clock, limits.signIn);
  const ask = new RateLimit(clock, limits.ask);
  const call = new RateLimit(clock, limits.call);
  await app.register(async (scope) => {
    scope.addHook('onRequest', async (request) => signIn.take(networkOf(request.ip)));
    await services.registerSignIn(scope);
  });
  mountRoutes(app, {
    handlers: services.handlers,
    authenticate: services.authenticate,
    admit: (name, address, caller) => {
      if (name === 'auth.token') signIn.take(networkOf(address));
      else if (ASKS.has(name) && caller) ask.take(caller.person.id);
      else if (caller) call.take(caller.person.id);
    },
    weigh: (name, caller, body) => (ASKS.has(name) ? ask : call).owe(caller.person.id, actsIn(name, body) - 1),
    onTurnedAway: auditTurnedAway(services.database, clock),
  });
  mountEvents(app, services);
  await app.register(async (scope) => services.registerUpdates(scope));
  app.get(paths.health, { schema: { hide: true } }, async () => {
    await services.database.ping();
    return { ok: true };
  });
  app.get(paths.openapi, { schema: { hide: true } }, async () => app.swagger());
  app.setNotFoundHandler((request, reply) => {
    const allowed = methodsAt(request.url.split('?', 1)[0] ?? '');
    if (allowed.length === 0) throw new AppError('not-found', 'There is nothing at this address.');
    const problem = problemOf(new AppError('invalid-input', `Use ${allowed.join(' or ')} here.`), request.id);
    return sendProblem(request, reply.header('allow', allowed.join(', ')), { ...problem, status: 405 });
  });
  return app;
}

function databaseAway(cause: unknown): AppError {
  return new AppError('unavailable', 'The backend cannot reach its database; try again in a moment.', { cause });
}

/** Nothing of ours is to be framed, sniffed, cached or loaded into a page, unless a page says otherwise itself. */
const SAFE_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-resource-policy': 'same-origin',
};

const cursorSchema = z.object({ cursor: z.string().max(20).optional() });

function mountEvents(app: FastifyInstance, { authenticate, streams }: HttpServices): void {
  app.get(
    paths.events,
    { schema: { hide: true, querystring: cursorSchema }, exposeHeadRoute: false },
    async (request, reply) => {
      const caller = await authenticateCall(request, authenticate);
      const header = request.headers['last-event-id'];
      const { cursor } = request.query as z.output<typeof cursorSchema>;
      const { person, signInId, expiresAt } = caller;
      reply.hijack();
      // The last event seen is newer than the address the stream was first opened with.
      const from = typeof header === 'string' && header !== '' ? header : cursor;
      streams.serve(reply.raw, { personId: person.id, signInId, expiresAt }, from);
    },
  );
}

function methodsAt(path: string): string[] {
  const methods = (Object.keys(routes) as RouteName[])
    .filter((name) => new RegExp(`^${routes[name].path.replace(/:[a-zA-Z]+/g, '[^/]+')}$`).test(path))
    .map((name) => routes[name].method);
  const plain = [paths.events, paths.openapi, paths.health, paths.signIn, paths.callback] as string[];
  return [...new Set<string>([...methods, ...updateMethodsAt(path), ...(plain.includes(path) ? ['GET'] : [])])];
}
