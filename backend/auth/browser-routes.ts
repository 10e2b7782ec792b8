import type { FastifyInstance, FastifyReply } from 'fastify';
import { paths } from '../../protocol/api/routes.ts';
import { AppError, type ErrorCode, toFailure } from '../../protocol/errors.ts';
import { backToApp, isAppRedirect, parseSignInAsk, type SignInAsk } from './app-redirect.ts';
import { attemptLabel, beginAttempt, takeAttempt } from './login-attempts.ts';
import { loginCookie } from './login-cookie.ts';
import { giveCode } from './one-time-code.ts';
import { pageHeaders } from './page.ts';
import { causeOf, refuse } from './refusal.ts';
import { signInRefusedPage } from './sign-in-page.ts';
import type { SignInParts } from './sign-ins.ts';

/** Silent, because the addresses carry codes and states; no HEAD, because a look must not spend a sign-in. */
const QUIET = { logLevel: 'silent', exposeHeadRoute: false } as const;

/**
 * The browser half of sign-in:
 *
 *     app ─▶ GET /auth/sign-in ─▶ provider's pages ─▶ GET /auth/callback ─▶ http://127.0.0.1:PORT/callback
 *            login cookie, state, nonce, PKCE          all of them checked    one-time code, the app's state
 *
 * What goes wrong before the app's address is trusted is shown as a page; after that the app is told.
 */
export async function browserRoutes(app: FastifyInstance, parts: SignInParts, publicUrl: URL): Promise<void> {
  const cookies = loginCookie(publicUrl.protocol === 'https:');
  const callbackUri = new URL(paths.callback, publicUrl).href;

  app.get(paths.signIn, QUIET, async (request, reply) => {
    let ask: SignInAsk;
    try {
      ask = parseSignInAsk(request.query);
    } catch (error) {
      await writeDown(parts, error);
      const trusted = trustedReturn(request.query);
      return trusted ? tellApp(reply, trusted, error) : showPage(reply, error);
    }
    try {
      const { trip, cookie } = await beginAttempt(parts.database, parts.clock, ask);
      const providerUrl = await parts.provider.begin(trip, callbackUri);
      return reply
        .headers(NOT_KEPT)
        .header('set-cookie', cookies.give(attemptLabel(trip.state), cookie))
        .redirect(providerUrl, 303);
    } catch (error) {
      await writeDown(parts, error);
      return tellApp(reply, ask, error);
    }
  });

  app.get(paths.callback, QUIET, async (request, reply) => {
    const callback = new URL(request.url, publicUrl);
    const [state, ...more] = callback.searchParams.getAll('state');
    if (state === undefined || more.length > 0) {
      const error = new AppError('invalid-input', 'This page is opened by the identity provider only.');
      await writeDown(parts, error);
      return showPage(reply, error);
    }
    const label = attemptLabel(state);
    reply.header('set-cookie', cookies.takeBack(label));
    let ask: SignInAsk | undefined;
    try {
      const cookie = cookies.read(request.headers.cookie, label);
      const attempt = await takeAttempt(parts.database, parts.clock, state, cookie);
      ask = attempt.ask;
      const vouched = await parts.provider.finish(callback, attempt.trip);
      const code = await giveCode(parts, ask, vouched);
      return reply.headers(NOT_KEPT).redirect(backToApp(ask, { code }), 303);
    } catch (error) {
      await writeDown(parts, error);
      return ask ? tellApp(reply, ask, error) : showPage(reply, error);
    }
  });
}

const NOT_KEPT = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };

/** The app's address, when that much of a bad question can be trusted: loopback, and the app knows its state. */
function trustedReturn(query: unknown): Pick<SignInAsk, 'redirectUri' | 'state'> | undefined {
  const { redirect_uri, state } = (query ?? {}) as Record<string, unknown>;
  if (typeof redirect_uri !== 'string' || !isAppRedirect(redirect_uri)) return undefined;
  return { redirectUri: redirect_uri, state: typeof state === 'string' ? state.slice(0, 200) : '' };
}

/** RFC 6749 §4.1.2.1: the error codes a redirect may carry. */
const REDIRECT_ERRORS: Partial<Record<ErrorCode, string>> = {
  'invalid-input': 'invalid_request',
  'sign-in-cancelled': 'access_denied',
  'not-allowed': 'access_denied',
  unavailable: 'temporarily_unavailable',
};

function tellApp(reply: FastifyReply, ask: Pick<SignInAsk, 'redirectUri' | 'state'>, error: unknown): FastifyReply {
  const { code, message } = toFailure(error);
  const answer = { error: REDIRECT_ERRORS[code] ?? 'server_error', error_description: message };
  return reply.headers(NOT_KEPT).redirect(backToApp(ask, answer), 303);
}

function showPage(reply: FastifyReply, error: unknown): FastifyReply {
  const { code, message } = toFailure(error);
  const status = code === 'internal' ? 500 : code === 'unavailable' ? 503 : 400;
  return reply.status(status).headers(pageHeaders()).send(signInRefusedPage(message));
}

/** What is not ours is an accident, not a refusal: it goes to the log, without the address. */
async function writeDown(parts: SignInParts, error: unknown): Promise<void> {
  if (!(error instanceof AppError)) {
    parts.onError(error);
    return;
  }
  const details = error.cause === undefined ? {} : { cause: causeOf(error.cause) };
  try {
    await parts.database.inTransaction(async (tx) => refuse(tx, parts.clock.now(), error, { details }));
  } catch (failed) {
    parts.onError(failed);
  }
}
