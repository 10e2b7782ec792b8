import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { paths } from '../../protocol/api/routes.ts';
import { type Answer, ask, textIn } from './ask.ts';
import { certificateEnd } from './certificate.ts';

const strings = z.array(z.string()).optional().catch(undefined);

/** What is used of OpenID Connect Discovery 1.0 §3 and RFC 8414 §2. */
export const metadataSchema = z.object({
  issuer: z.string(),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  jwks_uri: z.string(),
  userinfo_endpoint: z.string().optional(),
  response_types_supported: strings,
  code_challenge_methods_supported: strings,
  token_endpoint_auth_methods_supported: strings,
  scopes_supported: strings,
});
export type Metadata = z.infer<typeof metadataSchema>;

export interface Client {
  readonly issuer: string;
  readonly clientId: string;
  /** Undefined: it could not be read, and is not tried. */
  readonly clientSecret: string | undefined;
  readonly clientAuthentication: 'basic' | 'post';
  readonly publicUrl: string;
}

export interface IdentityProviderFacts {
  readonly client: Omit<Client, 'clientSecret'>;
  readonly discovery: Answer;
  readonly metadata: Metadata | undefined;
  readonly certificateEnd: number | undefined;
  /** How many keys it publishes; undefined: its list cannot be read. */
  readonly keys: number | undefined;
  /** RFC 6749 §5.2: what it says to a code that it never gave. Undefined: not asked, or no such answer. */
  readonly tokenError: string | undefined;
  /** Status of the page that a browser is sent to at sign-in; undefined: none came. */
  readonly signInStatus: number | undefined;
}

export function discoveryUrl(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}

/** Asks the provider all that it tells without a person. It makes no sign-in and no token there. */
export async function probeIdentityProvider(client: Client): Promise<IdentityProviderFacts> {
  const { clientSecret, ...open } = client;
  const { origin, protocol } = new URL(client.issuer);
  const [discovery, end] = await Promise.all([
    ask(discoveryUrl(client.issuer)),
    protocol === 'https:' ? certificateEnd(origin) : undefined,
  ]);
  const metadata = 'json' in discovery ? metadataSchema.safeParse(discovery.json).data : undefined;
  const facts = { client: open, discovery, metadata, certificateEnd: end };
  // The secret goes to nobody but the issuer that was named.
  if (!metadata || !isSame(metadata.issuer, client.issuer))
    return { ...facts, keys: undefined, tokenError: undefined, signInStatus: undefined };
  const [keys, tokenError, signInStatus] = await Promise.all([
    countKeys(metadata.jwks_uri),
    clientSecret === undefined ? undefined : tryCode(metadata.token_endpoint, client, clientSecret),
    openSignIn(metadata.authorization_endpoint, client),
  ]);
  return { ...facts, keys, tokenError, signInStatus };
}

/** As openid-client compares them: two spellings of one address are one. */
export function isSame(one: string, other: string): boolean {
  return URL.canParse(one) && URL.canParse(other) && new URL(one).href === new URL(other).href;
}

/** https, or a program on this very computer. */
export function isSafe(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname));
}

async function countKeys(url: string): Promise<number | undefined> {
  const answer = await ask(url);
  return 'json' in answer
    ? z.object({ keys: z.array(z.unknown()) }).safeParse(answer.json).data?.keys.length
    : undefined;
}

/** A code that was never given: whoever has the right secret hears "invalid_grant", anybody else "invalid_client". */
async function tryCode(url: string, client: Client, secret: string): Promise<string | undefined> {
  if (!isSafe(url)) return undefined;
  const { clientId, clientAuthentication, publicUrl } = client;
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code: randomBytes(24).toString('base64url'),
    redirect_uri: `${publicUrl}${paths.callback}`,
    code_verifier: randomBytes(32).toString('base64url'),
  });
  const headers = new Headers({ accept: 'application/json' });
  if (clientAuthentication === 'post') {
    body.set('client_id', clientId);
    body.set('client_secret', secret);
  } else {
    headers.set('authorization', `Basic ${Buffer.from(`${escaped(clientId)}:${escaped(secret)}`).toString('base64')}`);
  }
  const answer = await ask(url, { method: 'POST', headers, body });
  return 'json' in answer ? textIn(answer.json, 'error') : undefined;
}

/** RFC 6749 §2.3.1 and appendix B: form-encoded before it goes into the header. */
function escaped(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}

/** The first step of a browser: a provider that does not know the client or its redirect address refuses it there. */
async function openSignIn(url: string, { clientId, publicUrl }: Client): Promise<number | undefined> {
  if (!isSafe(url)) return undefined;
  const page = new URL(url);
  const query = {
    client_id: clientId,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: `${publicUrl}${paths.callback}`,
    state: randomBytes(16).toString('base64url'),
    nonce: randomBytes(16).toString('base64url'),
    code_challenge: randomBytes(32).toString('base64url'),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(query)) page.searchParams.set(name, value);
  const answer = await ask(page.href, { headers: { accept: 'text/html' } });
  return 'status' in answer ? answer.status : undefined;
}
