import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, ERROR_STATUS, type ErrorCode, type Problem, toFailure } from '../../protocol/errors.ts';

const TITLES: Partial<Record<ErrorCode, string>> = {
  'invalid-input': 'The input is not valid',
  'not-signed-in': 'Not signed in',
  'not-allowed': 'Not allowed',
  'not-found': 'Not found',
  'too-many-requests': 'Too many requests',
  unavailable: 'Not available',
  internal: 'Something went wrong',
};

/** What fastify itself turns down, in our words. Status by its error code. */
const FASTIFY_ERRORS: Record<string, { status: number; message: string }> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { status: 413, message: 'The input is too large; send at most 64 KiB.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { status: 415, message: 'Send JSON, with "content-type: application/json".' },
  FST_ERR_CTP_INVALID_JSON_BODY: { status: 400, message: 'The input is not valid JSON.' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { status: 400, message: 'The input is empty; send a JSON object.' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: { status: 400, message: 'The input has another length than announced.' },
  FST_ERR_BAD_URL: { status: 400, message: 'The address is not a valid URL.' },
};

/** The RFC 9457 body for anything thrown. Inner words of what is not ours stay inside. */
export function problemOf(error: unknown, requestId: string): Problem {
  const outer = fastifyError(error);
  const failure = outer ? { code: 'invalid-input' as const, message: outer.message } : toFailure(error);
  return {
    type: `urn:sallyport:error:${failure.code}`,
    title: TITLES[failure.code] ?? 'Refused',
    status: outer?.status ?? ERROR_STATUS[failure.code],
    detail: failure.message,
    code: failure.code,
    ...('field' in failure && failure.field !== undefined ? { field: failure.field } : {}),
    requestId,
  };
}

/** Sends a problem as the reply. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.status >= 500) request.log.warn({ code: problem.code, status: problem.status }, 'call failed');
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  // Serialized here: the reply schemas of a route are for its success.
  return reply
    .code(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .serializer((value) => JSON.stringify(value))
    .send(problem);
}

function fastifyError(error: unknown): { status: number; message: string } | undefined {
  if (error instanceof AppError || !(error instanceof Error)) return undefined;
  const { code, statusCode } = error as Error & { code?: string; statusCode?: number };
  const known = FASTIFY_ERRORS[code ?? ''];
  if (known) return known;
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return { status: statusCode, message: 'The call is malformed.' };
  return undefined;
}
