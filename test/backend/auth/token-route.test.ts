import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokensSchema } from '../../../protocol/api/routes.ts';
import { problemSchema } from '../../../protocol/errors.ts';
import { startTestDatabase } from '../../support/database.ts';
import { type AppSide, appSide, type Org, startOrg } from './org.ts';

let store: Awaited<ReturnType<typeof startTestDatabase>>;
let org: Org;
let app: AppSide;

beforeAll(async () => {
  store = await startTestDatabase();
  org = await startOrg(store.database);
  app = await appSide();
});
afterAll(async () => {
  await org?.dispose();
  await store.dispose();
});

const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  fetch(`${org.url}${path}`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
const token = (body: unknown) => post('/auth/token', JSON.stringify(body));
const good = () => ({ grantType: 'code', code: 'x', codeVerifier: app.verifier, redirectUri: app.redirectUri });

describe('the two JSON calls of sign-in', () => {
  it('trade a code, renew and sign out over HTTP', async () => {
    const code = (await org.throughBrowser('erin', app)).url.searchParams.get('code') ?? '';
    const first = tokensSchema.parse(await (await token({ ...good(), code })).json());
    // A scanner for leaked secrets knows them by these.
    expect(first.accessToken).toMatch(/^sallyport_access_[\w-]{43}$/);
    expect(first.refreshToken).toMatch(/^sallyport_refresh_[\w-]{43}$/);
    const renewed = await token({ grantType: 'refresh', refreshToken: first.refreshToken });
    expect(renewed.headers.get('cache-control')).toBe('no-store');
    const second = tokensSchema.parse(await renewed.json());
    const authorization = `Bearer ${second.accessToken}`;
    expect((await post('/auth/sign-out', '{}', { authorization })).status).toBe(200);
    expect((await post('/auth/sign-out', '{}', { authorization })).status).toBe(401);
  });

  it.each([
    ['no JSON', '{', 400],
    ['nothing', '', 400],
    ['a list', '[]', 400],
    ['another grant type', JSON.stringify({ grantType: 'password', password: 'x' }), 400],
    ['a missing verifier', JSON.stringify({ grantType: 'code', code: 'x', redirectUri: 'x' }), 400],
    ['a short verifier', JSON.stringify({ grantType: 'code', code: 'x', codeVerifier: 'x', redirectUri: 'x' }), 400],
    ['a number for a token', JSON.stringify({ grantType: 'refresh', refreshToken: 7 }), 400],
    ['a long token', JSON.stringify({ grantType: 'refresh', refreshToken: 'x'.repeat(201) }), 400],
    ['a field too many', JSON.stringify({ grantType: 'refresh', refreshToken: 'x', admin: true }), 400],
    ['a token nobody gave', JSON.stringify({ grantType: 'refresh', refreshToken: 'x' }), 401],
    ['a token with a zero byte', JSON.stringify({ grantType: 'refresh', refreshToken: 'x\u0000' }), 401],
    ['a megabyte', JSON.stringify({ grantType: 'refresh', refreshToken: 'x'.repeat(1_000_000) }), 413],
  ])('answer %s with a problem that says what is wrong', async (_, body, status) => {
    const reply = await post('/auth/token', body);
    expect(reply.status).toBe(status);
    expect(reply.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(problemSchema.parse(await reply.json()).detail).toMatch(/\w+.*\.$/);
  });

  it('refuse a form, as a page of another site could post one', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const reply = await fetch(`${org.url}/auth/token`, { method: 'POST', headers, body: 'grantType=refresh' });
    expect(reply.status).toBe(415);
  });

  it.each([
    ['no token', {}],
    ['an empty one', { authorization: 'Bearer ' }],
    ['a made-up one', { authorization: 'Bearer made-up' }],
    ['another scheme', { authorization: 'Basic eDp5' }],
  ])('sign-out with %s is refused', async (_, headers) => {
    expect((await post('/auth/sign-out', '{}', headers as Record<string, string>)).status).toBe(401);
  });

  it('do not spend a callback on a HEAD request', async () => {
    const reply = await fetch(`${org.url}/auth/callback?state=x`, { method: 'HEAD' });
    expect(reply.status).toBeGreaterThanOrEqual(404);
  });
});
