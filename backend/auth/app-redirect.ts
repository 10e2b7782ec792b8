import { z } from 'zod';
import { AppError, sentenceOf } from '../../protocol/errors.ts';

/** What an app asks for when it opens the browser at /auth/sign-in. */
export interface SignInAsk {
  redirectUri: string;
  codeChallenge: string;
  state: string;
}

/**
 * The app's own address: loopback by its number, since a name such as "localhost" may lead elsewhere (RFC 8252 §7.3,
 * §8.3); any port, no other path, query, user or fragment.
 */
const APP_REDIRECT = /^http:\/\/127\.0\.0\.1:([1-9]\d{0,4})\/callback$/;

/** Whether a code may be sent there. */
export function isAppRedirect(uri: string): boolean {
  const port = APP_REDIRECT.exec(uri)?.[1];
  return port !== undefined && Number(port) <= 65_535;
}

const askSchema = z.strictObject({
  redirect_uri: z.string().refine(isAppRedirect, 'must be http://127.0.0.1:PORT/callback'),
  code_challenge: z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be 43 characters of base64url, as S256 gives'),
  code_challenge_method: z.literal('S256').optional(),
  state: z.string().regex(/^[A-Za-z0-9._~-]{16,200}$/, 'must be 16 to 200 characters that need no escaping'),
});

/** @throws AppError 'invalid-input' that names what is wrong */
export function parseSignInAsk(query: unknown): SignInAsk {
  const parsed = askSchema.safeParse(query);
  if (!parsed.success) {
    const { message, field } = sentenceOf(parsed.error);
    throw new AppError('invalid-input', message, { field });
  }
  const { redirect_uri, code_challenge, state } = parsed.data;
  return { redirectUri: redirect_uri, codeChallenge: code_challenge, state };
}

/** The app's address with an answer for it. */
export function backToApp(ask: Pick<SignInAsk, 'redirectUri' | 'state'>, answer: Record<string, string>): string {
  return `${ask.redirectUri}?${new URLSearchParams({ ...answer, state: ask.state })}`;
}
