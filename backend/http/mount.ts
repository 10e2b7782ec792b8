import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Route } from '../../protocol/api/route.ts';
import { type RouteName, routes } from '../../protocol/api/routes.ts';
import { AppError, problemSchema } from '../../protocol/errors.ts';
import type { Call, Caller, Handlers } from './handlers.ts';

export interface MountOptions {
  handlers: Handlers;
  /** Who an access token belongs to; null when it is nobody's any more. */
  authenticate: (token: string) => Promise<Caller | null>;
  /** Called before the input is looked at. Throws to turn the call away. */
  admit: (name: RouteName, address: string, caller: Caller | null) => void;
  /** Called once the input is known to be good, for calls that do more than one thing. */
  weigh: (name: RouteName, caller: Caller, body: unknown) => void;
  /** Called when a signed-in person's call is turned away before its handler (input, duty, rate), to be audited. */
  onTurnedAway: (name: RouteName, caller: Caller, subject: string, error: AppError) => Promise<void>;
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null;
    /** Whether the handler took over: from then on the services audit what is refused. */
    handled: boolean;
  }
}

/** Serves every route of the contract. */
export function mountRoutes(app: FastifyInstance, options: MountOptions): void {
  app.decorateRequest('caller', null);
  app.decorateRequest('handled', false);
  for (const name of Object.keys(routes) as RouteName[]) mountRoute(app, name, routes[name], options);
}

function mountRoute(app: FastifyInstance, name: RouteName, route: Route, options: MountOptions): void {
  const handler = options.handlers[name] as (call: Call<RouteName>) => Promise<unknown>;
  app.route({
    method: route.method,
    url: route.path,
    schema: schemaOf(name, route),
    // Who calls comes first: a stranger learns nothing of what is wrong with the input.
    onRequest: async (request) => {
      if (route.access === 'public') {
        options.admit(name, request.ip, null);
        return;
      }
      const caller = await authenticateCall(request, options.authenticate);
      request.caller = caller;
      refuseWithoutDuty(route, caller);
      options.admit(name, request.ip, caller);
    },
    errorHandler: async (error, request, reply) => {
      if (error instanceof AppError && request.caller && !request.handled)
        await options.onTurnedAway(name, request.caller, subjectOf(request), error);
      return app.errorHandler(error, request, reply);
    },
    handler: async (request) => {
      request.handled = true;
      if (request.caller) options.weigh(name, request.caller, request.body);
      return handler({
        input: { params: request.params, query: request.query, body: request.body } as Call<RouteName>['input'],
        caller: request.caller as Call<RouteName>['caller'],
        address: request.ip,
        userAgent: request.headers['user-agent'] ?? '',
      } as Call<RouteName>);
    },
  });
}

/** The caller of a request by its bearer token. @throws AppError 'not-signed-in' */
export async function authenticateCall(
  request: FastifyRequest,
  authenticate: MountOptions['authenticate'],
): Promise<Caller> {
  const token = /^Bearer ([A-Za-z0-9._~+/=-]{1,500})$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) throw new AppError('not-signed-in', 'Sign in first.');
  const caller = await authenticate(token);
  if (!caller) throw new AppError('sign-in-expired', 'Your sign-in has run out; it has to be renewed.');
  return caller;
}

function refuseWithoutDuty(route: Route, { person }: Caller): void {
  if (route.access === 'public' || route.access === 'person' || person.duties.includes(route.access)) return;
  throw new AppError('not-allowed', `This is for ${route.access === 'admin' ? 'admins' : 'auditors'} only.`);
}

function subjectOf(request: FastifyRequest): string {
  const id = (request.params as Record<string, unknown> | null)?.id;
  return typeof id === 'string' ? id.slice(0, 60) : '';
}

/** What fastify checks and the OpenAPI document shows. */
function schemaOf(name: RouteName, route: Route) {
  const problem = {
    description: 'Refused or failed',
    content: { 'application/problem+json': { schema: problemSchema } },
  };
  return {
    operationId: name,
    tags: [name.split('.', 1)[0] ?? name],
    summary: route.summary,
    ...(route.access === 'public' ? {} : { security: [{ bearer: [] }] }),
    ...(route.params ? { params: route.params } : {}),
    ...(route.query ? { querystring: route.query } : {}),
    ...(route.body ? { body: route.body } : {}),
    response: { 200: route.reply, default: problem } as Record<string | number, z.ZodType | typeof problem>,
  };
}
