import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Configuration, errors, type JWK, Provider } from 'oidc-provider';
import { pageHeaders } from '../auth/page.ts';
import { choosePersonPage, providerErrorPage } from './identity-provider-page.ts';
import { demoStorage } from './identity-provider-storage.ts';
import { DemoDirectory } from './people.ts';

export interface DemoIdentityProviderOptions {
  /** A free one by default. */
  port?: number;
  clientId: string;
  clientSecret: string;
  /** Where the backend lets the browser be sent back to (its /auth/callback). */
  redirectUris: readonly string[];
  directory?: DemoDirectory;
  /** The file in which it remembers sign-ins for the next time; it forgets them at its end when left out. */
  memory?: string;
}

export interface DemoIdentityProvider {
  readonly issuer: string;
  /** Change it to see group changes and leavers reach the backend. */
  readonly directory: DemoDirectory;
  dispose(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
const INTERACTION = /^\/interaction\/([\w-]{1,64})$/;
/** A form with one button pressed is far smaller. */
const LONGEST_FORM_BYTES = 2_048;

/**
 * Starts a real OpenID provider whose people are made up and need no password. For the demo and tests only: it listens
 * on loopback, answers to its own address alone (no DNS rebinding) and refuses to run in production. Its keys live
 * as long as it runs, as does what it remembers, unless there is a file for that.
 * @throws when NODE_ENV is production, or when the port is taken.
 */
export async function startDemoIdentityProvider(options: DemoIdentityProviderOptions): Promise<DemoIdentityProvider> {
  if (process.env.NODE_ENV === 'production') {
    throw new Error('The demo identity provider lets anybody be anybody; it does not run with NODE_ENV=production.');
  }
  const directory = options.directory ?? new DemoDirectory();
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, LOOPBACK, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const host = `${LOOPBACK}:${(server.address() as AddressInfo).port}`;
  const issuer = `http://${host}`;
  const provider = new Provider(issuer, configuration(options, directory));
  const rest = provider.callback();

  server.on('request', (request, response) => {
    if (request.headers.host !== host) {
      sendPage(response, 421, providerErrorPage('This address is not the one of the demo identity provider.'));
    } else if (INTERACTION.test(pathOf(request))) {
      interact(provider, directory, allowedFormTargets(options), request, response).catch((error: unknown) => {
        const known = error instanceof errors.OIDCProviderError || error instanceof FormError;
        if (!response.headersSent) sendPage(response, known ? 400 : 500, providerErrorPage(sentenceOf(error)));
        else response.destroy();
      });
    } else {
      rest(request, response);
    }
  });

  return {
    issuer,
    directory,
    dispose: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function configuration(options: DemoIdentityProviderOptions, directory: DemoDirectory): Configuration {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    adapter: demoStorage(options.memory),
    clients: [
      {
        client_id: options.clientId,
        client_secret: options.clientSecret,
        redirect_uris: [...options.redirectUris],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    jwks: { keys: [{ ...(privateKey.export({ format: 'jwk' }) as JWK), alg: 'ES256', use: 'sig' }] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    scopes: ['openid', 'offline_access'],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      // Its own default does the same, and says so on stdout, where the backend's one line is read.
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
    },
    pkce: { required: () => true },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_ctx, id) => {
      const person = directory.find(id);
      if (!person) return undefined;
      const { name, email, groups } = person;
      return { accountId: id, claims: () => ({ sub: id, name, email, email_verified: true, groups: [...groups] }) };
    },
    // The one client is ours: nobody is asked to consent, and a sign-in outlives the browser's session.
    loadExistingGrant: async (ctx) => {
      const { provider, session, client } = ctx.oidc;
      if (!session?.accountId || !client) return undefined;
      const grant = new provider.Grant({ accountId: session.accountId, clientId: client.clientId });
      grant.addOIDCScope('openid email profile groups offline_access');
      await grant.save();
      return grant;
    },
    issueRefreshToken: async () => true,
    expiresWithSession: async () => false,
    rotateRefreshToken: true,
    ttl: {
      AccessToken: 300,
      AuthorizationCode: 60,
      IdToken: 300,
      Interaction: 900,
      Grant: 30 * 86_400,
      RefreshToken: 30 * 86_400,
      Session: 86_400,
    },
    renderError: (ctx, out) => {
      for (const [name, value] of Object.entries(pageHeaders())) ctx.set(name, value);
      ctx.body = providerErrorPage(out.error_description ?? `The identity provider said “${out.error}”.`);
    },
  };
}

async function interact(
  provider: Provider,
  directory: DemoDirectory,
  formTargets: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // Reads the cookie that ties this form to the browser that began: a form posted from elsewhere finds nothing.
  const { uid } = await provider.interactionDetails(request, response);
  if (request.method === 'GET') {
    sendPage(response, 200, choosePersonPage(directory.list(), `/interaction/${uid}`), formTargets);
    return;
  }
  if (request.method !== 'POST') throw new FormError('This page can only be opened or answered.');
  const form = await readForm(request);
  if (form.has('cancel')) {
    const cancelled = { error: 'access_denied', error_description: 'Sign-in was cancelled.' };
    await provider.interactionFinished(request, response, cancelled, { mergeWithLastSubmission: false });
    return;
  }
  const person = directory.find(form.get('person') ?? '');
  if (!person) throw new FormError('There is nobody of that name in the demo.');
  const signedIn = { login: { accountId: person.id } };
  await provider.interactionFinished(request, response, signedIn, { mergeWithLastSubmission: false });
}

/** A form that can't be what our page sent. */
class FormError extends Error {}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LONGEST_FORM_BYTES) throw new FormError('The form is longer than this page could have sent.');
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

function sentenceOf(error: unknown): string {
  if (error instanceof errors.SessionNotFound) return 'This page has expired, or was opened in another browser.';
  if (error instanceof FormError) return error.message;
  return 'The demo identity provider could not go on.';
}

/** The form leads to the backend and on to the app's loopback address; browsers check every hop. */
function allowedFormTargets(options: DemoIdentityProviderOptions): string {
  const origins = new Set(options.redirectUris.map((uri) => new URL(uri).origin));
  return ["'self'", ...origins, `http://${LOOPBACK}:*`].join(' ');
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] ?? '/';
}

function sendPage(response: ServerResponse, status: number, body: string, formAction?: string): void {
  response.writeHead(status, pageHeaders(formAction)).end(body);
}
