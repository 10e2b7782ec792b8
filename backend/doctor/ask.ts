import { z } from 'zod';
import { unreachable, WHY_UNREACHABLE } from '../unreachable.ts';

/** How long any server may take to answer. Milliseconds. */
export const ASK_TIMEOUT_MS = 8_000;

/** More than any answer that is read here: who goes on and on would fill the memory. Bytes. */
const MOST = 4 * 1024 * 1024;
class TooLong extends Error {}

/** An HTTP answer, or the end of a sentence that says why there is none. */
export type Answer =
  | {
      readonly status: number;
      readonly headers: Headers;
      /** Undefined: it was no JSON. */
      readonly json: unknown;
      /** The server's Date (RFC 9110 §6.6.1, whole seconds) less ours in the middle of the call; milliseconds. */
      readonly clockAheadMs: number | undefined;
    }
  | { readonly why: string; readonly refused: boolean };

/** Asks a server something. Follows no redirect. Never throws. */
export async function ask(url: string, init: RequestInit = {}, timeoutMs = ASK_TIMEOUT_MS): Promise<Answer> {
  const before = Date.now();
  try {
    const response = await fetch(url, { redirect: 'manual', ...init, signal: AbortSignal.timeout(timeoutMs) });
    const after = Date.now();
    const text = await textOf(response);
    const date = Date.parse(response.headers.get('date') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      json: jsonOf(text),
      // The header cuts off the part of the second: half of one is the best guess.
      clockAheadMs: Number.isNaN(date) ? undefined : date + 500 - (before + after) / 2,
    };
  } catch (error) {
    return { why: reasonOf(error), refused: codeOf(error) === 'ECONNREFUSED' };
  }
}

/** A field of a JSON answer that is a text; undefined for anything else. */
export function textIn(json: unknown, name: string): string | undefined {
  return z.object({ [name]: z.string() }).safeParse(json).data?.[name];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function textOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MOST) throw new TooLong();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function codeOf(error: unknown): string | undefined {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return z.object({ code: z.string() }).safeParse(cause).data?.code;
}

function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (error instanceof TooLong) return 'it answers with more than can be read';
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'it did not answer in time';
  const why = unreachable(code);
  if (why !== undefined) return WHY_UNREACHABLE[why];
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return 'its certificate has expired';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'its certificate is for another name';
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return 'its certificate is of an authority that this computer does not trust (NODE_EXTRA_CA_CERTS names one more)';
    default:
      return code === undefined ? 'the connection broke' : `the connection broke (${code})`;
  }
}
