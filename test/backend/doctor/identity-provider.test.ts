import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DemoIdentityProvider, startDemoIdentityProvider } from '../../../backend/demo/identity-provider.ts';
import { judgeIdentityProvider } from '../../../backend/doctor/identity-provider.ts';
import {
  type Client,
  type IdentityProviderFacts,
  type Metadata,
  probeIdentityProvider,
} from '../../../backend/doctor/identity-provider-probe.ts';

const ISSUER = 'https://login.example.com';
const METADATA: Metadata = {
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/auth`,
  token_endpoint: `${ISSUER}/token`,
  jwks_uri: `${ISSUER}/jwks`,
};

function facts(more: Partial<IdentityProviderFacts> = {}, metadata: Partial<Metadata> = {}): IdentityProviderFacts {
  return {
    client: {
      issuer: ISSUER,
      clientId: 'sallyport',
      clientAuthentication: 'basic',
      publicUrl: 'https://s.example.com',
    },
    discovery: { status: 200, json: {}, headers: new Headers(), clockAheadMs: 0 },
    metadata: { ...METADATA, ...metadata },
    certificateEnd: undefined,
    keys: 1,
    tokenError: 'invalid_grant',
    signInStatus: 302,
    ...more,
  };
}

const worst = (given: IdentityProviderFacts): string => {
  const findings = judgeIdentityProvider(given, 0);
  const found = ['wrong', 'warning', 'ok'].map((v) => findings.find(({ verdict }) => verdict === v)).find(Boolean);
  return `${found?.verdict}: ${found?.sentence}`;
};

describe('what the answers lead to', () => {
  test.each<[string, IdentityProviderFacts, RegExp]>([
    [
      'not encrypted',
      facts({ client: { ...facts().client, issuer: 'http://login.example.com' } }),
      /^wrong: The issuer .* must begin with https/,
    ],
    [
      'no answer',
      facts({ discovery: { why: 'its name is not known', refused: false } }),
      /^wrong: .* its name is not known/,
    ],
    ['no OpenID provider', facts({ metadata: undefined }), /^wrong: .* is no OpenID configuration/],
    ['another issuer', facts({}, { issuer: `${ISSUER}/realm` }), /^wrong: The provider calls itself .*\/realm, not/],
    [
      'an endpoint in clear',
      facts({}, { token_endpoint: 'http://login.example.com/t' }),
      /^wrong: .* token_endpoint is not https/,
    ],
    ['no code flow', facts({}, { response_types_supported: ['id_token'] }), /^wrong: .* no authorization code flow/],
    ['no PKCE', facts({}, { code_challenge_methods_supported: ['plain'] }), /^wrong: .* PKCE with S256/],
    [
      'another way to send the secret',
      facts({}, { token_endpoint_auth_methods_supported: ['client_secret_post'] }),
      /^wrong: .* write identityProvider\.clientAuthentication: post/,
    ],
    ['no keys', facts({ keys: 0 }), /^wrong: The provider publishes no key/],
    ['keys that cannot be read', facts({ keys: undefined }), /^wrong: The list of the provider’s keys/],
    ['a wrong secret', facts({ tokenError: 'invalid_client' }), /^wrong: The provider refuses the client "sallyport"/],
    [
      'a client of another kind',
      facts({ tokenError: 'unauthorized_client' }),
      /^wrong: .* may not use authorization codes/,
    ],
    ['no word about the secret', facts({ tokenError: undefined }), /^warning: Whether the provider takes/],
    ['another word about it', facts({ tokenError: 'invalid_request' }), /^warning: Whether the provider takes/],
    [
      'another redirect address',
      facts({ signInStatus: 400 }),
      /^warning: .*HTTP 400: check that .* https:\/\/s\.example\.com\/auth\/callback$/,
    ],
    [
      'a certificate that ends',
      facts({ certificateEnd: 24 * 3_600_000 }),
      /^warning: The certificate .* ends in 1 day:/,
    ],
    ['all well', facts(), /^ok: .* takes our client; the redirect address/],
    ['all well, spelt with a slash', facts({}, { issuer: `${ISSUER}/` }), /^ok: /],
  ])('%s', (_, given, expected) => {
    expect(worst(given)).toMatch(expected);
  });
});

describe('asked for real, a certified provider', () => {
  let provider: DemoIdentityProvider;
  const clientSecret = `${randomBytes(12).toString('hex')}+ %&`;
  const publicUrl = 'http://127.0.0.1:8022';
  beforeAll(async () => {
    const redirectUris = [`${publicUrl}/auth/callback`];
    provider = await startDemoIdentityProvider({ clientId: 'sallyport', clientSecret, redirectUris });
  });
  afterAll(() => provider.dispose());

  const client = (more: Partial<Client> = {}): Client => ({
    ...{ issuer: provider.issuer, clientId: 'sallyport', clientSecret, clientAuthentication: 'basic', publicUrl },
    ...more,
  });

  test.each<[string, Partial<Client>, RegExp]>([
    ['a wrong secret', { clientSecret: 'guess' }, /^wrong: The provider refuses the client/],
    ['a client it does not know', { clientId: 'nobody' }, /^wrong: The provider refuses the client "nobody"/],
    ['another redirect address', { publicUrl: 'http://127.0.0.1:9999' }, /^warning: .*HTTP 400/],
    ['no secret to try', { clientSecret: undefined }, /^warning: Whether the provider takes/],
    ['all well, with a secret that must be escaped', {}, /^ok: /],
    ['all well, with the secret in the body', { clientAuthentication: 'post' }, /^ok: /],
    ['a wrong secret in the body', { clientAuthentication: 'post', clientSecret: 'x' }, /^wrong: The provider refuses/],
  ])('%s', async (_, more, expected) => {
    expect(worst(await probeIdentityProvider(client(more)))).toMatch(expected);
  });
});

describe('a provider that lies about itself', () => {
  let server: Server;
  let issuer = '';
  const asked: string[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(`${request.url}`);
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({ ...METADATA, issuer: 'https://somebody-else.example.com', token_endpoint: `${issuer}/token` }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  test('is not sent the client secret', async () => {
    const client = {
      issuer,
      clientId: 'a',
      clientSecret: 'b',
      clientAuthentication: 'basic' as const,
      publicUrl: issuer,
    };
    expect(worst(await probeIdentityProvider(client))).toMatch(
      /^wrong: The provider calls itself https:\/\/somebody-else/,
    );
    expect(asked).toEqual(['/.well-known/openid-configuration']);
  });
});
