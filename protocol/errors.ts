import { z } from 'zod';

/**
 * Every way Sallyport can refuse or fail, with the HTTP status it takes on the wire. The message that goes with a
 * code says what the person can do next; the code is what programs look at.
 */
export const ERROR_STATUS = {
  'invalid-input': 400,
  'not-signed-in': 401,
  'sign-in-expired': 401,
  'refresh-token-reused': 401,
  'not-allowed': 403,
  'own-request': 403,
  'not-found': 404,
  'wrong-state': 409,
  'already-decided': 409,
  'grant-not-live': 409,
  'too-many-requests': 429,
  'policy-invalid': 500,
  internal: 500,
  unavailable: 503,
  offline: 503,
  'timed-out': 504,
  'sign-in-cancelled': 499,
  'target-unreachable': 502,
  'host-key-mismatch': 502,
  'connection-refused': 502,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof ERROR_STATUS;
export const ERROR_CODES = Object.keys(ERROR_STATUS) as [ErrorCode, ...ErrorCode[]];
export const errorCodeSchema = z.enum(ERROR_CODES);

/** A refusal or failure as data. `message` is one sentence for the person; `cause` is for the log. */
export class AppError extends Error {
  readonly code: ErrorCode;
  /** Which input field is wrong, as a dotted path, if one is. */
  readonly field: string | undefined;
  constructor(code: ErrorCode, message: string, options: { cause?: unknown; field?: string } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.field = options.field;
  }
}

/** What crosses IPC when something went wrong. */
export const failureSchema = z.strictObject({
  code: errorCodeSchema,
  message: z.string(),
  field: z.string().optional(),
});
export type Failure = z.infer<typeof failureSchema>;

export type Result<T> = { ok: true; value: T } | { ok: false; error: Failure };

/** RFC 9457 problem details, our HTTP error body. `type` is `urn:sallyport:error:<code>`. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: errorCodeSchema,
  field: z.string().optional(),
  requestId: z.string().optional(),
});
export type Problem = z.infer<typeof problemSchema>;

/** Turns anything thrown into a Failure; what is not ours becomes 'internal' without its inner words. */
export function toFailure(error: unknown): Failure {
  if (error instanceof AppError) {
    return {
      code: error.code,
      message: error.message,
      ...(error.field === undefined ? {} : { field: error.field }),
    };
  }
  return {
    code: 'internal',
    message: 'Something went wrong inside Sallyport. Try again; if it stays, copy the diagnostics for IT.',
  };
}

/** The first thing wrong in a failed zod parse, as one sentence that names the field. */
export function sentenceOf(error: z.ZodError): { message: string; field: string } {
  const issue = error.issues[0];
  const field = issue?.path.map(String).join('.') ?? '';
  return {
    field,
    message: `${field === '' ? 'The input' : `"${field}"`} is not valid: ${issue?.message ?? 'unknown'}.`,
  };
}
