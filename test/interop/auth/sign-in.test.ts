import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tokens } from '../../../protocol/api/routes.ts';
import { type AppSide, appSide, type Org, startOrg } from '../../backend/auth/org.ts';
import { startTestDatabase } from '../../support/database.ts';
import { type Glewlwyd, missing, startGlewlwyd } from './glewlwyd.ts';

const CLIENT = { clientId: 'sallyport', clientSecret: 'asecretoftheinteroptests' };

describe.skipIf(missing !== '')(`signing in through glewlwyd${missing === '' ? '' : ` (skipped: ${missing})`}`, () => {
  let store: Awaited<ReturnType<typeof startTestDatabase>>;
  let provider: Glewlwyd;
  let org: Org;

  beforeAll(async () => {
    [store, provider] = await Promise.all([startTestDatabase(), startGlewlwyd()]);
    // Its sign-in page is a script; asked to show it each time, it would show it for ever to a browser without one.
    org = await startOrg(store.database, { provider: { issuer: provider.issuer, ...CLIENT, prompt: '' } });
    await provider.addClient(CLIENT.clientId, CLIENT.clientSecret, `${org.url}/auth/callback`);
    await provider.addPerson('grace', 'a long password', ['engineering', 'dba']);
  });
  afterAll(async () => {
    await org?.dispose();
    await provider?.dispose();
    await store?.dispose();
  });

  async function signIn(app: AppSide): Promise<Tokens> {
    const browser = org.browser();
    const page = await browser.open(org.signInUrl(app));
    const { url } = await provider.signIn(browser, page, CLIENT.clientId, 'grace', 'a long password');
    expect(`${url.origin}${url.pathname}`).toBe(app.redirectUri);
    const code = url.searchParams.get('code') ?? '';
    return org.signIn.token(
      { grantType: 'code', code, codeVerifier: app.verifier, redirectUri: app.redirectUri },
      'Sallyport/0.1 interop',
    );
  }
  const renew = (tokens: Tokens) => org.signIn.token({ grantType: 'refresh', refreshToken: tokens.refreshToken }, '');

  it('finds name, address and groups', async () => {
    expect((await signIn(await appSide())).person).toMatchObject({
      name: 'grace of glewlwyd',
      email: 'grace@example.test',
      groups: ['dba', 'engineering'],
      duties: ['requester', 'approver'],
    });
  });

  it('sees a group that was taken away at the next renewal, and goes on renewing', async () => {
    const tokens = await signIn(await appSide());
    await provider.setGroups('grace', ['engineering']);
    const next = await renew(tokens);
    expect(next.person.groups).toEqual(['engineering']);
    expect((await renew(next)).person.duties).toEqual(['requester']);
  });

  it('ends the sign-in of somebody whose account was removed', async () => {
    const tokens = await signIn(await appSide());
    await provider.remove('grace');
    await expect(renew(tokens)).rejects.toMatchObject({ code: 'sign-in-expired' });
    expect(await org.signIn.authenticate(tokens.accessToken)).toBeNull();
  });
});
