import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '../../protocol/errors.ts';
import { closingPage } from './closing-page.ts';

/** How long the person has in the browser, ms. */
const SIGN_IN_MS = 5 * 60_000;

/** Waits on 127.0.0.1 for the browser to come back once with a one-time code (RFC 8252 section 7.3). */
export interface CallbackListener {
  readonly redirectUri: string;
  /** The one-time code. Rejects with AppError: 'timed-out', 'sign-in-cancelled', or what the backend refused. */
  readonly code: Promise<string>;
  /** Stops waiting; `code` rejects with 'sign-in-cancelled'. */
  cancel(): void;
}

type Answer = { code: string } | { refused: string } | 'not-for-us';

/** What a request to the listener says. A wrong `state` is another's, perhaps a hostile page's: it changes nothing. */
function answerOf(request: IncomingMessage, redirectUri: string, state: string): Answer {
  const asked = request.url ?? '/';
  if (!URL.canParse(asked, redirectUri)) return 'not-for-us';
  const url = new URL(asked, redirectUri);
  if (request.method !== 'GET' || url.pathname !== '/callback') return 'not-for-us';
  // A page that rebinds its own name to 127.0.0.1 would send that name.
  if (request.headers.host !== new URL(redirectUri).host) return 'not-for-us';
  const given = Buffer.from(url.searchParams.get('state') ?? '');
  const wanted = Buffer.from(state);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return 'not-for-us';
  const code = url.searchParams.get('code');
  if (code && code.length <= 200 && url.searchParams.getAll('code').length === 1) return { code };
  return { refused: url.searchParams.get('error_description') ?? 'The sign-in was refused.' };
}

/** Opens the listener on a free port. @throws when no port of 127.0.0.1 can be had */
export async function listenForCallback(state: string, timeoutMs = SIGN_IN_MS): Promise<CallbackListener> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const redirectUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`;
  let settle: { resolve: (code: string) => void; reject: (error: AppError) => void };
  const code = new Promise<string>((resolve, reject) => {
    settle = { resolve, reject };
  });
  const stop = (): void => {
    clearTimeout(timer);
    server.close();
    server.closeIdleConnections();
  };
  const timer = setTimeout(() => {
    stop();
    settle.reject(new AppError('timed-out', 'Nobody signed in within 5 minutes. Start the sign-in again.'));
  }, timeoutMs);
  let used = false;
  server.on('request', (request, response) => {
    const answer = used ? 'not-for-us' : answerOf(request, redirectUri, state);
    if (answer === 'not-for-us') return reply(response, 404, closingPage('unknown'));
    used = true;
    reply(response, 200, closingPage('code' in answer ? 'signed-in' : 'refused'));
    stop();
    if ('code' in answer) settle.resolve(answer.code);
    else settle.reject(new AppError('not-signed-in', answer.refused.slice(0, 300)));
  });
  return {
    redirectUri,
    code,
    cancel() {
      stop();
      settle.reject(new AppError('sign-in-cancelled', 'The sign-in was cancelled.'));
    },
  };
}

function reply(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    connection: 'close',
  });
  response.end(html);
}
