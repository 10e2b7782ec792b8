import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as oidc from 'openid-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type DemoIdentityProvider, startDemoIdentityProvider } from '../../../backend/demo/identity-provider.ts';
import { DEMO_PEOPLE } from '../../../backend/demo/people.ts';
import { Browser } from '../auth/browser.ts';

const CALLBACK = 'http://127.0.0.1:1/auth/callback';
const CLIENT = { clientId: 'sallyport', clientSecret: 'a secret of the test', redirectUris: [CALLBACK] };

let provider: DemoIdentityProvider;
let browser: Browser;

beforeEach(async () => {
  provider = await startDemoIdentityProvider(CLIENT);
  browser = new Browser((url) => url.href.startsWith(CALLBACK));
});
afterEach(() => provider.dispose());

async function client() {
  const config = await oidc.discovery(
    new URL(provider.issuer),
    CLIENT.clientId,
    { id_token_signed_response_alg: 'ES256' },
    oidc.ClientSecretBasic(CLIENT.clientSecret),
    { execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks] },
  );
  const verifier = oidc.randomPKCECodeVerifier();
  const url = async (extra: Record<string, string> = {}) =>
    oidc.buildAuthorizationUrl(config, {
      redirect_uri: CALLBACK,
      scope: 'openid email profile groups',
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: 'a state',
      nonce: 'a nonce',
      ...extra,
    });
  const trade = (callback: URL) =>
    oidc.authorizationCodeGrant(config, callback, {
      pkceCodeVerifier: verifier,
      expectedState: 'a state',
      expectedNonce: 'a nonce',
      idTokenExpected: true,
    });
  const claims = async (tokens: Awaited<ReturnType<typeof trade>>) =>
    oidc.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? '');
  return { config, url, trade, claims };
}

async function signIn(person: string) {
  const { config, url, trade, claims } = await client();
  const page = await browser.open(await url());
  const back = await browser.press(page, 'person', person);
  const tokens = await trade(back.url);
  return { config, claims, tokens };
}

describe('the demo identity provider', () => {
  it.each(DEMO_PEOPLE)('signs $name in with one press and says their name, email and groups', async (person) => {
    const { tokens, claims } = await signIn(person.id);
    expect(await claims(tokens)).toMatchObject({
      sub: person.id,
      name: person.name,
      email: person.email,
      groups: person.groups,
    });
    expect(tokens.refresh_token).toBeTypeOf('string');
  });

  it('has two engineers, two approvers of different groups, an auditor, an admin, and an approver who is an engineer', () => {
    const inGroup = (group: string) => DEMO_PEOPLE.filter((p) => p.groups.includes(group)).map((p) => p.id);
    expect(DEMO_PEOPLE.filter((p) => p.groups.join() === 'engineering')).toHaveLength(2);
    expect([inGroup('dba'), inGroup('security'), inGroup('audit'), inGroup('platform-admins')]).toEqual([
      ['dana'],
      ['sam'],
      ['uma'],
      ['ada'],
    ]);
    expect(inGroup('engineering')).toContain('dana');
  });

  it('asks who one is every time, though somebody signed in before', async () => {
    const { url } = await client();
    const first = await browser.press(await browser.open(await url()), 'person', 'erin');
    expect(first.url.searchParams.has('code')).toBe(true);
    const again = await browser.open(await url());
    expect(again.text).toContain('Choose who you want to be');
  });

  it('lets a second app of the same browser sign in as somebody else, and the first stays who it was', async () => {
    const erin = await signIn('erin');
    const { url, trade, claims } = await client();
    const back = await browser.press(await browser.open(await url({ prompt: 'login' })), 'person', 'dana');
    expect(await claims(await trade(back.url))).toMatchObject({ sub: 'dana' });
    const again = await oidc.refreshTokenGrant(erin.config, erin.tokens.refresh_token ?? '');
    expect(await erin.claims(again)).toMatchObject({ sub: 'erin' });
  });

  it('tells of changed groups at the next refresh', async () => {
    const { config, tokens, claims } = await signIn('erin');
    provider.directory.setGroups('erin', ['audit']);
    expect(await claims(await oidc.refreshTokenGrant(config, tokens.refresh_token ?? ''))).toMatchObject({
      groups: ['audit'],
    });
  });

  it('ends the refresh of somebody who left', async () => {
    const { config, tokens } = await signIn('erin');
    provider.directory.remove('erin');
    await expect(oidc.refreshTokenGrant(config, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  it('sends a person who cancels back with access_denied', async () => {
    const { url } = await client();
    const back = await browser.press(await browser.open(await url()), 'cancel', 'yes');
    expect(back.url.searchParams.get('error')).toBe('access_denied');
  });

  it('serves a page without scripts, that nothing may frame', async () => {
    const { url } = await client();
    const page = await browser.open(await url());
    expect(page.text).not.toMatch(/<script/i);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(page.text).toContain('aria-label="Sign in as Erin Okafor, engineer"');
  });

  it.each([
    ['a redirect it was not told of', { redirect_uri: 'http://127.0.0.1:2/auth/callback' }],
    ['another client', { client_id: 'somebody-else' }],
    ['no code challenge', { code_challenge: '' }],
    ['a plain code challenge', { code_challenge_method: 'plain' }],
    ['an implicit token', { response_type: 'id_token' }],
  ])('refuses %s', async (_, extra) => {
    const { url } = await client();
    const address = await url(extra as Record<string, string>);
    for (const [name, value] of Object.entries(extra)) if (value === '') address.searchParams.delete(name);
    const shown = await browser.open(address);
    expect(`${shown.url.search} ${shown.url.hash} ${shown.text}`).toMatch(
      /error=invalid|error=unsupported|did not work/,
    );
    expect(shown.url.href).not.toMatch(/[?#&](code|id_token)=/);
  });

  it('refuses a form posted from a browser that did not open the page (cross-site forgery)', async () => {
    const { url } = await client();
    const page = await browser.open(await url());
    const shown = await new Browser().press(page, 'person', 'erin');
    expect(shown.status).toBe(400);
    expect(shown.text).toContain('opened in another browser');
  });

  it.each([
    ['somebody who does not exist', new URLSearchParams({ person: 'mallory' }), 'nobody of that name'],
    ['nobody', new URLSearchParams(), 'nobody of that name'],
    ['a form of megabytes', new URLSearchParams({ person: 'x'.repeat(3_000_000) }), 'longer than this page'],
  ])('refuses a form that names %s', async (_, form, sentence) => {
    const { url } = await client();
    const page = await browser.open(await url());
    const { status, text } = await browser.post(page.url, form);
    expect(status).toBe(400);
    expect(text).toContain(sentence);
  });

  it('answers to its own address only, so that no other name can be pointed at it', async () => {
    const { port } = new URL(provider.issuer);
    const status = await new Promise((resolve, reject) => {
      request({
        host: '127.0.0.1',
        port,
        path: '/.well-known/openid-configuration',
        headers: { host: `evil.test:${port}` },
      })
        .on('response', (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(421);
  });

  it('shares nothing with a second one', async () => {
    const other = await startDemoIdentityProvider(CLIENT);
    try {
      const { tokens } = await signIn('erin');
      const reply = await fetch(new URL('/me', other.issuer), {
        headers: { authorization: `Bearer ${tokens.access_token}` },
      });
      expect(reply.status).toBe(401);
    } finally {
      await other.dispose();
    }
  });

  describe('with a file for what it remembers', () => {
    let folder: string;
    let memory: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'sallyport-idp-'));
      memory = join(folder, 'identity-provider.json');
      await startAgain();
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));
    const startAgain = async () => {
      const port = Number(new URL(provider.issuer).port);
      await provider.dispose();
      provider = await startDemoIdentityProvider({ ...CLIENT, port, memory });
      // The first call may go to a connection of before.
      const answers = () => fetch(`${provider.issuer}/.well-known/openid-configuration`).catch(() => undefined);
      await expect.poll(async () => (await answers())?.status).toBe(200);
    };

    it.each([
      ['is not there', () => rm(memory)],
      ['is no JSON', () => writeFile(memory, '{')],
      ['says something else', () => writeFile(memory, '[["RefreshToken:x", 1]]')],
    ])('forgets, and starts, when it %s', async (_, spoil) => {
      const { config, tokens } = await signIn('erin');
      await spoil();
      await startAgain();
      await expect(oidc.refreshTokenGrant(config, tokens.refresh_token ?? '')).rejects.toMatchObject({
        error: 'invalid_grant',
      });
    });

    it('goes on with a sign-in after a restart, and knows a token that was used before it; the file is for its owner alone', async () => {
      const { config, tokens } = await signIn('erin');
      const next = await oidc.refreshTokenGrant(config, tokens.refresh_token ?? '');
      await startAgain();
      expect((await oidc.refreshTokenGrant((await client()).config, next.refresh_token ?? '')).claims()?.sub).toBe(
        'erin',
      );
      expect((await stat(memory)).mode & 0o777).toBe(0o600);
      await expect(oidc.refreshTokenGrant(config, tokens.refresh_token ?? '')).rejects.toThrow();
    });
  });

  it('does not run in production', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    try {
      await expect(startDemoIdentityProvider(CLIENT)).rejects.toThrow('NODE_ENV=production');
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('says so when its port is taken', async () => {
    const port = Number(new URL(provider.issuer).port);
    await expect(startDemoIdentityProvider({ ...CLIENT, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('leaves nothing listening after dispose', async () => {
    const { issuer } = provider;
    await provider.dispose();
    await expect(fetch(issuer)).rejects.toThrow();
  });
});
