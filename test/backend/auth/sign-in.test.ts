import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { attemptLabel } from '../../../backend/auth/login-attempts.ts';
import { CODE_LIFE_MS } from '../../../backend/auth/one-time-code.ts';
import { tokensSchema } from '../../../protocol/api/routes.ts';
import { startTestDatabase } from '../../support/database.ts';
import { Browser } from './browser.ts';
import { type AppSide, appSide, type Org, startOrg } from './org.ts';

let store: Awaited<ReturnType<typeof startTestDatabase>>;
let org: Org;
let app: AppSide;

beforeAll(async () => {
  store = await startTestDatabase();
});
afterAll(() => store.dispose());
beforeEach(async () => {
  org = await startOrg(store.database);
  app = await appSide();
});
afterEach(() => org.dispose());

const trade = (code: string, changes: Partial<{ codeVerifier: string; redirectUri: string }> = {}) =>
  org.signIn.token(
    { grantType: 'code', code, codeVerifier: app.verifier, redirectUri: app.redirectUri, ...changes },
    'Sallyport/0.1 test',
  );
const codeOf = async (person = 'erin') => (await org.throughBrowser(person, app)).url.searchParams.get('code') ?? '';
const lastRefusal = async () => (await org.audits('person.sign-in-refused')).at(-1);

describe('signing in', () => {
  it('goes from the app through the provider’s pages to the loopback address and ends in tokens', async () => {
    const shown = await org.throughBrowser('erin', app);
    expect(`${shown.url.origin}${shown.url.pathname}`).toBe(app.redirectUri);
    expect([...shown.url.searchParams.keys()].sort()).toEqual(['code', 'state']);
    expect(shown.url.searchParams.get('state')).toBe(app.state);

    const tokens = await trade(shown.url.searchParams.get('code') ?? '');
    expect(tokensSchema.parse(tokens)).toMatchObject({
      accessExpiresInSeconds: 600,
      person: {
        name: 'Erin Okafor',
        email: 'erin@demo.sallyport.test',
        groups: ['engineering'],
        duties: ['requester'],
      },
    });
    const caller = await org.signIn.authenticate(tokens.accessToken);
    expect(caller?.person).toEqual(tokens.person);
    expect(await org.audits('person.signed-in')).toContainEqual(
      expect.objectContaining({ actor: tokens.person.id, subject: caller?.signInId, outcome: 'done' }),
    );
  });

  it.each([
    ['erin', ['requester']],
    ['dana', ['requester', 'approver']],
    ['sam', ['approver']],
    ['uma', ['auditor']],
    ['ada', ['admin']],
  ])('gives %s the duties that policy gives to their groups', async (person, duties) => {
    expect((await org.tokens(person)).person.duties).toEqual(duties);
  });

  it('finds the same person again by issuer and subject, whatever their name and address are now', async () => {
    const first = await org.tokens('erin');
    expect((await org.tokens('erin')).person.id).toBe(first.person.id);
    expect((await org.tokens('enzo')).person.id).not.toBe(first.person.id);
  });

  it('lets two sign-ins of one browser finish in either order', async () => {
    const browser = org.browser();
    const other = await appSide('http://127.0.0.1:50000/callback');
    const [one, two] = [await browser.open(org.signInUrl(app)), await browser.open(org.signInUrl(other))];
    expect((await browser.press(two, 'person', 'sam')).url.origin).toBe('http://127.0.0.1:50000');
    expect((await browser.press(one, 'person', 'erin')).url.origin).toBe('http://127.0.0.1:49152');
  });

  it('tells the app when the person cancels', async () => {
    const browser = org.browser();
    const shown = await browser.press(await browser.open(org.signInUrl(app)), 'cancel', 'yes');
    expect(Object.fromEntries(shown.url.searchParams)).toEqual({
      error: 'access_denied',
      error_description: 'Sign-in was cancelled.',
      state: app.state,
    });
    expect(await lastRefusal()).toMatchObject({ code: 'sign-in-cancelled', outcome: 'refused' });
  });

  it('tells the app when the provider is away', async () => {
    const away = await startOrg(store.database, {
      provider: { issuer: 'http://127.0.0.1:9', clientId: 'x', clientSecret: 'y' },
    });
    try {
      const shown = await away.browser().open(away.signInUrl(app));
      expect(shown.url.searchParams.get('error')).toBe('temporarily_unavailable');
      expect(await lastRefusal()).toMatchObject({ code: 'unavailable' });
    } finally {
      await away.dispose();
    }
  });

  it('gives the browser a cookie that only comes back to us, and takes it back at the end', async () => {
    const reply = await fetch(org.signInUrl(app), { redirect: 'manual' });
    expect(reply.headers.get('set-cookie')).toMatch(
      /^sallyport-sign-in-[0-9a-f]{16}=[\w-]{43}; Max-Age=600; Path=\/auth; HttpOnly; SameSite=Lax$/,
    );
    expect(reply.headers.get('cache-control')).toBe('no-store');
    const browser = org.browser();
    await org.throughBrowser('erin', app, browser);
    expect(browser.cookies(`${org.url}/auth/callback`).filter((name) => name.startsWith('sallyport'))).toEqual([]);
  });

  it('keeps cookies to https when browsers come by https', async () => {
    const secure = await startOrg(store.database, { publicUrl: 'https://sallyport.example.test' });
    try {
      const { search } = new URL(secure.signInUrl(app));
      const reply = await fetch(`${secure.url}/auth/sign-in${search}`, { redirect: 'manual' });
      expect(reply.headers.get('set-cookie')).toMatch(/^__Secure-sallyport-sign-in-.*; Secure$/);
      const to = new URL(reply.headers.get('location') ?? '');
      expect(to.searchParams.get('redirect_uri')).toBe('https://sallyport.example.test/auth/callback');
    } finally {
      await secure.dispose();
    }
  });
});

describe('a question that no app of ours asks is refused on a page', () => {
  it.each([
    ['localhost instead of 127.0.0.1', 'http://localhost:49152/callback'],
    ['another host', 'http://evil.test:49152/callback'],
    ['another spelling of loopback', 'http://127.1:49152/callback'],
    ['IPv6 loopback', 'http://[::1]:49152/callback'],
    ['https', 'https://127.0.0.1:49152/callback'],
    ['no port', 'http://127.0.0.1/callback'],
    ['a port with a leading zero', 'http://127.0.0.1:0123/callback'],
    ['a port that does not exist', 'http://127.0.0.1:65536/callback'],
    ['another path', 'http://127.0.0.1:49152/other'],
    ['a longer path', 'http://127.0.0.1:49152/callback/more'],
    ['a query', 'http://127.0.0.1:49152/callback?next=http://evil.test'],
    ['a fragment', 'http://127.0.0.1:49152/callback#x'],
    ['a user', 'http://127.0.0.1:49152@evil.test/callback'],
    ['a newline at its end', 'http://127.0.0.1:49152/callback\n'],
    ['a script', 'javascript:alert(1)//127.0.0.1:49152/callback'],
    ['nothing', undefined],
  ])('redirect_uri: %s', async (_, redirect) => {
    const shown = await org.browser().open(org.signInUrl(app, { redirect_uri: redirect }));
    expect(shown.status).toBe(400);
    expect(shown.url.origin).toBe(org.url);
    expect(shown.text).toContain('redirect_uri');
    expect(shown.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await lastRefusal()).toMatchObject({ code: 'invalid-input', actor: 'nobody', outcome: 'refused' });
  });

  it.each([
    ['a challenge that is too short', { code_challenge: 'abc' }],
    ['a challenge of 44 characters', { code_challenge: `${'a'.repeat(44)}` }],
    ['a challenge that is not base64url', { code_challenge: `${'a'.repeat(42)}=` }],
    ['no challenge', { code_challenge: undefined }],
    ['a plain challenge', { code_challenge_method: 'plain' }],
    ['no state', { state: undefined }],
    ['a state that can be guessed', { state: 'x' }],
    ['a state that would need escaping', { state: 'a b<script>aaaaaaaaaaaa' }],
    ['a parameter that nobody knows', { scope: 'admin' }],
  ])('%s is told to the app, whose address is good', async (_, changes) => {
    const shown = await org.browser().open(org.signInUrl(app, changes));
    expect(`${shown.url.origin}${shown.url.pathname}`).toBe(app.redirectUri);
    expect(shown.url.searchParams.get('error')).toBe('invalid_request');
    expect(shown.url.searchParams.has('code')).toBe(false);
  });

  it('a parameter given twice', async () => {
    const shown = await org.browser().open(`${org.signInUrl(app)}&redirect_uri=http://evil.test/callback`);
    expect(shown.status).toBe(400);
  });

  it('shows what was asked as text, never as markup', async () => {
    const shown = await org.browser().open(org.signInUrl(app, { '<img src=x>': '1', redirect_uri: undefined }));
    expect(shown.status).toBe(400);
    expect(shown.text).not.toContain('<img');
  });
});

describe('a callback that does not belong to this browser ends on a page, with no code given', () => {
  /** The address that the provider sends the browser back to, not followed. */
  async function callbackUrl(person: string): Promise<{ url: URL; browser: Browser }> {
    const attacker = new Browser((url) => url.pathname === '/auth/callback');
    const shown = await attacker.press(await attacker.open(org.signInUrl(app)), 'person', person);
    return { url: shown.url, browser: org.browser() };
  }

  it('login CSRF: a victim opens the address that an attacker’s sign-in came back to', async () => {
    const { url, browser: victim } = await callbackUrl('sam');
    const shown = await victim.open(url);
    expect([shown.status, shown.url.origin]).toEqual([400, org.url]);
    expect(shown.text).toContain('begun in another browser');
    expect(await lastRefusal()).toMatchObject({ code: 'not-signed-in' });
  });

  it('login CSRF with a cookie of the victim’s own sign-in', async () => {
    const { url, browser: victim } = await callbackUrl('sam');
    await victim.open(org.signInUrl(await appSide()));
    expect((await victim.open(url)).text).toContain('begun in another browser');
  });

  it.each([
    ['guessed', (name: string) => `${name}=${'A'.repeat(43)}`],
    ['empty', (name: string) => `${name}=`],
    ['planted beside the real one', (name: string, real: string) => `${real}; ${name}=two`],
  ])('a cookie that is %s', async (_, cookie) => {
    const begun = await fetch(org.signInUrl(app), { redirect: 'manual' });
    const state = new URL(begun.headers.get('location') ?? '').searchParams.get('state') ?? '';
    const real = (begun.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
    const name = `sallyport-sign-in-${attemptLabel(state)}`;
    expect(real).toContain(`${name}=`);
    const reply = await fetch(`${org.url}/auth/callback?code=x&state=${state}`, {
      redirect: 'manual',
      headers: { cookie: cookie(name, real) },
    });
    expect(reply.status).toBe(400);
    expect(await reply.text()).toContain('begun in another browser');
  });

  it.each([
    ['a state nobody gave', (url: URL) => url.searchParams.set('state', 'A'.repeat(43))],
    ['no state', (url: URL) => url.searchParams.delete('state')],
    ['two states', (url: URL) => url.searchParams.append('state', 'x')],
  ])('%s', async (_, change) => {
    const { url, browser } = await callbackUrl('erin');
    change(url);
    const shown = await browser.open(url);
    expect([shown.status, shown.url.origin]).toEqual([400, org.url]);
  });

  it('a callback opened a second time', async () => {
    const browser = org.browser();
    await org.throughBrowser('erin', app, browser);
    const again = await browser.open(browser.visited.find((url) => url.pathname === '/auth/callback') ?? '');
    expect(again.text).toContain('over already');
  });

  it('ten minutes later', async () => {
    const browser = org.browser();
    const page = await browser.open(org.signInUrl(app));
    org.clock.forward(10 * 60_000 + 1);
    const shown = await browser.press(page, 'person', 'erin');
    expect(shown.text).toContain('longer than 10 minutes');
    expect(await lastRefusal()).toMatchObject({ code: 'sign-in-expired' });
  });

  it('the answer of another issuer (mix-up)', async () => {
    const browser = org.browser();
    await browser.open(org.signInUrl(app));
    const state = browser.visited.find((u) => u.pathname === '/auth')?.searchParams.get('state') ?? '';
    const forged = new URL(`${org.url}/auth/callback`);
    forged.search = new URLSearchParams({ code: 'stolen', state, iss: 'https://evil.test' }).toString();
    const shown = await browser.open(forged);
    expect(shown.url.searchParams.get('error')).toBe('access_denied');
    expect(shown.url.searchParams.has('code')).toBe(false);
  });

  it('a code that the provider did not give', async () => {
    const browser = org.browser();
    await browser.open(org.signInUrl(app));
    const state = browser.visited.find((u) => u.pathname === '/auth')?.searchParams.get('state') ?? '';
    const forged = new URL(`${org.url}/auth/callback`);
    forged.search = new URLSearchParams({ code: 'made up', state, iss: org.provider.issuer }).toString();
    expect((await browser.open(forged)).url.searchParams.get('error')).toBe('access_denied');
  });
});

describe('a code is refused', () => {
  it('with the verifier of somebody else, and is spent by that', async () => {
    const code = await codeOf();
    await expect(trade(code, { codeVerifier: (await appSide()).verifier })).rejects.toMatchObject({
      code: 'not-signed-in',
    });
    await expect(trade(code)).rejects.toMatchObject({ code: 'not-signed-in' });
  });

  it('with another redirect than it was asked for', async () => {
    const redirectUri = 'http://127.0.0.1:49153/callback';
    await expect(trade(await codeOf(), { redirectUri })).rejects.toMatchObject({ code: 'not-signed-in' });
    expect((await lastRefusal())?.message).toContain('given to another app');
  });

  it('when nobody gave it', async () => {
    await expect(trade('made-up')).rejects.toMatchObject({ code: 'not-signed-in' });
  });

  it('a minute after it was given', async () => {
    const code = await codeOf();
    org.clock.forward(CODE_LIFE_MS);
    await expect(trade(code)).rejects.toMatchObject({ code: 'sign-in-expired' });
  });

  it('the second time, which ends the sign-in that came of the first', async () => {
    const code = await codeOf();
    const tokens = await trade(code);
    const caller = await org.signIn.authenticate(tokens.accessToken);
    const ended: string[] = [];
    org.signIn.onSignInEnded((id) => ended.push(id));
    await expect(trade(code)).rejects.toMatchObject({ code: 'not-signed-in' });
    expect(await org.signIn.authenticate(tokens.accessToken)).toBeNull();
    expect(ended).toEqual([caller?.signInId]);
    expect((await org.audits('token.reuse-detected')).at(-1)).toMatchObject({ subject: caller?.signInId });
  });

  it('in all but one of many trades at once', async () => {
    const code = await codeOf();
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => trade(code)));
    expect(all.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
  });
});

describe('an access token', () => {
  it('is nobody when it is made up, or the refresh token', async () => {
    const tokens = await org.tokens('erin');
    expect(await org.signIn.authenticate('')).toBeNull();
    expect(await org.signIn.authenticate('made-up')).toBeNull();
    expect(await org.signIn.authenticate(tokens.refreshToken)).toBeNull();
  });

  it('ends after ten minutes', async () => {
    const { accessToken } = await org.tokens('erin');
    org.clock.forward(10 * 60_000 - 1_000);
    expect(await org.signIn.authenticate(accessToken)).not.toBeNull();
    org.clock.forward(1_001);
    expect(await org.signIn.authenticate(accessToken)).toBeNull();
  });

  it('ends with sign-out, as does the refresh token; other sign-ins stay', async () => {
    const [mine, other] = [await org.tokens('erin'), await org.tokens('erin')];
    const caller = await org.signIn.authenticate(mine.accessToken);
    if (!caller) throw new Error('not signed in');
    const ended: string[] = [];
    const unsubscribe = org.signIn.onSignInEnded((id) => ended.push(id));
    expect(await org.signIn.signOut(caller)).toEqual({});
    unsubscribe();
    expect(ended).toEqual([caller.signInId]);
    expect(await org.signIn.isLive(caller.signInId)).toBe(false);
    expect(await org.signIn.authenticate(mine.accessToken)).toBeNull();
    await expect(org.signIn.token({ grantType: 'refresh', refreshToken: mine.refreshToken }, '')).rejects.toMatchObject(
      { code: 'sign-in-expired' },
    );
    await expect(org.signIn.signOut(caller)).rejects.toMatchObject({ code: 'sign-in-expired' });
    expect(await org.signIn.authenticate(other.accessToken)).not.toBeNull();
    expect((await org.audits('person.signed-out')).at(-1)).toMatchObject({ actor: caller.person.id });
  });
});

describe('what is kept', () => {
  it('holds no token, code, verifier of an app or provider token in clear, in any table', async () => {
    const code = await codeOf();
    const tokens = await trade(code);
    await trade(code).catch(() => undefined);
    const tables = ['people', 'sign_ins', 'tokens', 'one_time_codes', 'login_attempts', 'audit', 'outbox'] as const;
    const rows = await Promise.all(tables.map((table) => store.database.db.selectFrom(table).selectAll().execute()));
    const everything = JSON.stringify(rows, (_, value) =>
      value?.type === 'Buffer' ? Buffer.from(value.data).toString('latin1') : value,
    );
    for (const secret of [code, tokens.accessToken, tokens.refreshToken, app.verifier]) {
      expect(everything).not.toContain(secret);
    }
  });

  it('has met no accident in all of this', () => {
    expect(org.accidents).toEqual([]);
  });
});
