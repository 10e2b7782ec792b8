import { pathOf, type Route, type RouteInput, type RouteReply } from '../../protocol/api/route.ts';
import { type RouteName, type Routes, routes } from '../../protocol/api/routes.ts';
import { AppError, problemSchema } from '../../protocol/errors.ts';
import { troubleInWords, troubleOf } from './network-trouble.ts';

/** Longest wait for a reply, ms. */
const TIMEOUT_MS = 15_000;
/** No reply is longer than this, bytes: an endless one must not fill the memory. */
const LARGEST_REPLY = 8 * 1024 * 1024;

export interface CallOptions {
  timeoutMs?: number;
  /** Another backend than the chosen one. */
  backend?: string;
}

/** Calls a route of the backend. @throws AppError: the backend's own refusal, 'offline', 'timed-out', 'unavailable' */
export type Call = <N extends RouteName>(
  name: N,
  input: RouteInput<Routes[N]>,
  options?: CallOptions,
) => Promise<RouteReply<Routes[N]>>;

/** `cache` is Chromium's; Node's own fetch has none. */
export type Fetch = (url: string, init: RequestInit & { cache?: 'no-store' }) => Promise<Response>;

interface BackendAccess {
  fetch: Fetch;
  /** Origin of the backend, or '' when none is chosen. */
  backend: () => string;
  /** A valid access token. */
  accessToken: () => Promise<string>;
  /** This access token was refused. */
  rejectToken: (accessToken: string) => void;
}

interface Parts {
  params?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
}

/** Makes `call`: input → one HTTP call → parsed reply. A refused access token is renewed once. */
export function callOver(access: BackendAccess): Call {
  return async (name, input, options = {}) => {
    const route: Route = routes[name];
    const backend = options.backend ?? access.backend();
    if (backend === '')
      throw new AppError('invalid-input', 'Choose your Sallyport backend first.', { field: 'address' });
    const send = async (token?: string) => {
      // Another backend may have been chosen, and signed in to, while this call waited: its token is not for this one.
      if (token !== undefined && backend !== access.backend()) {
        throw new AppError('not-signed-in', 'Another backend was chosen meanwhile. Try again.');
      }
      return sendOnce(access.fetch, backend, route, input as Parts, token, options.timeoutMs);
    };
    const reply = route.access === 'public' ? await send() : await withToken(access, send);
    const parsed = route.reply.safeParse(reply);
    if (parsed.success) return parsed.data as RouteReply<Routes[typeof name]>;
    throw new AppError(
      'unavailable',
      `${hostOf(backend)} answered in a way this app does not understand. Update Sallyport.`,
      {
        cause: parsed.error,
      },
    );
  };
}

async function withToken(access: BackendAccess, send: (token: string) => Promise<unknown>): Promise<unknown> {
  const token = await access.accessToken();
  try {
    return await send(token);
  } catch (error) {
    if (!(error instanceof AppError && TOKEN_REFUSED.has(error.code))) throw error;
    access.rejectToken(token);
    return send(await access.accessToken());
  }
}

const TOKEN_REFUSED: ReadonlySet<string> = new Set(['not-signed-in', 'sign-in-expired']);

async function sendOnce(
  fetch: Fetch,
  backend: string,
  route: Route,
  { params, query, body }: Parts,
  token: string | undefined,
  timeoutMs = TIMEOUT_MS,
): Promise<unknown> {
  const url = new URL(pathOf(route, params), backend);
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, String(value));
  const sent = route.method === 'POST' ? JSON.stringify(body ?? {}) : undefined;
  let response: Response;
  let text: string;
  try {
    response = await fetch(url.href, {
      method: route.method,
      headers: {
        accept: 'application/json',
        ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(sent === undefined ? {} : { body: sent }),
      // A redirect could carry the token elsewhere.
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    text = await textOf(response);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw unreachable(backend, error);
  }
  const json = parseJson(text);
  if (response.ok && json !== undefined) return json;
  throw refusal(backend, response.status, json);
}

/** The whole of a reply. @throws AppError 'unavailable' when it is longer than any reply of a backend */
export async function textOf(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    bytes += part.value.byteLength;
    if (bytes > LARGEST_REPLY) {
      await reader.cancel().catch(() => undefined);
      throw new AppError('unavailable', 'The answer is longer than a Sallyport backend would send.');
    }
    text += decoder.decode(part.value, { stream: true });
  }
  return text + decoder.decode();
}

/** Why nothing came back, as an AppError. */
export function unreachable(backend: string, error: unknown): AppError {
  if ((error as Error | undefined)?.name === 'TimeoutError') {
    return new AppError('timed-out', `${hostOf(backend)} did not answer in time. Try again.`, { cause: error });
  }
  const trouble = troubleOf(error);
  const code = trouble === 'leads-elsewhere' || trouble === 'not-https' ? 'unavailable' : 'offline';
  return new AppError(code, troubleInWords(trouble, hostOf(backend)), { cause: error });
}

/** The backend's problem+json as an AppError; anything else that is not a reply is 'unavailable'. */
export function refusal(backend: string, status: number, json: unknown): AppError {
  const problem = problemSchema.safeParse(json);
  if (problem.success) {
    const { code, detail, field } = problem.data;
    return new AppError(code, detail, field === undefined ? {} : { field });
  }
  if (status === 401) return new AppError('not-signed-in', 'The backend does not know this sign-in. Sign in again.');
  return new AppError('unavailable', `${hostOf(backend)} answers, but not as a Sallyport does (status ${status}).`);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function hostOf(backend: string): string {
  return new URL(backend).host;
}
