import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LOST_REPLY_MS } from '../../../backend/auth/held-token.ts';
import { identityProvider } from '../../../backend/auth/identity-provider.ts';
import { PROVIDER_GRACE_MS, UNCONFIRMED_SIGN_IN_MS } from '../../../backend/auth/renewal.ts';
import type { Tokens } from '../../../protocol/api/routes.ts';
import { startTestDatabase } from '../../support/database.ts';
import { Browser } from './browser.ts';
import { type Org, startOrg } from './org.ts';

const DAY = 86_400_000;

let store: Awaited<ReturnType<typeof startTestDatabase>>;
let org: Org;

beforeAll(async () => {
  store = await startTestDatabase();
});
afterAll(() => store.dispose());
beforeEach(async () => {
  org = await startOrg(store.database);
});
afterEach(() => org.dispose());

const renew = (refreshToken: string, at: Org = org): Promise<Tokens> =>
  at.signIn.token({ grantType: 'refresh', refreshToken }, 'Sallyport/0.1 test');
const signInIdOf = async (tokens: Tokens) => (await org.signIn.authenticate(tokens.accessToken))?.signInId ?? '';

describe('renewing a sign-in', () => {
  it('gives a new pair each time, for the same sign-in', async () => {
    const first = await org.tokens('erin');
    const id = await signInIdOf(first);
    let tokens = first;
    for (let i = 0; i < 5; i++) {
      const next = await renew(tokens.refreshToken);
      expect(next.refreshToken).not.toBe(tokens.refreshToken);
      expect(await signInIdOf(next)).toBe(id);
      tokens = next;
    }
  });

  it('goes on for months when it is used within 30 days, and ends when it is not', async () => {
    let tokens = await org.tokens('erin');
    for (let i = 0; i < 4; i++) {
      org.clock.forward(29 * DAY);
      tokens = await renew(tokens.refreshToken);
    }
    org.clock.forward(30 * DAY);
    await expect(renew(tokens.refreshToken)).rejects.toMatchObject({ code: 'sign-in-expired' });
  });

  it('sees at once that the provider took a group away, and tells that person’s apps', async () => {
    const tokens = await org.tokens('dana');
    expect(tokens.person.duties).toContain('approver');
    org.provider.directory.setGroups('dana', ['engineering']);
    const next = await renew(tokens.refreshToken);
    expect(next.person).toMatchObject({ groups: ['engineering'], duties: ['requester'] });
    // The old access token is nobody's better self either.
    expect((await org.signIn.authenticate(tokens.accessToken))?.person.duties).toEqual(['requester']);
    const told = await store.database.db.selectFrom('outbox').selectAll().orderBy('id', 'desc').executeTakeFirst();
    expect(told).toMatchObject({ kind: 'access-changed', audience: [tokens.person.id] });
  });

  it('ends what others do in the place of somebody whom the provider no longer knows', async () => {
    const [dana, erin] = [await org.tokens('dana'), await org.tokens('erin')];
    const { db } = store.database;
    const row = { person_id: dana.person.id, stand_in_id: erin.person.id, until: org.clock.now() + DAY };
    await db
      .insertInto('delegations')
      .values({ ...row, created_at: 0 })
      .execute();
    org.provider.directory.remove('dana');
    await expect(renew(dana.refreshToken)).rejects.toMatchObject({ code: 'sign-in-expired' });
    expect(await db.selectFrom('delegations').selectAll().execute()).toEqual([]);
    expect((await org.audits('delegation.ended')).at(-1)).toMatchObject({ actor: 'backend', subject: dana.person.id });
  });

  it('ends when the provider no longer knows the person', async () => {
    const tokens = await org.tokens('enzo');
    const id = await signInIdOf(tokens);
    const ended: string[] = [];
    org.signIn.onSignInEnded((one) => ended.push(one));
    org.provider.directory.remove('enzo');
    await expect(renew(tokens.refreshToken)).rejects.toMatchObject({ code: 'sign-in-expired' });
    expect(await org.signIn.authenticate(tokens.accessToken)).toBeNull();
    expect(ended).toEqual([id]);
    expect((await org.audits('person.sign-in-refused')).at(-1)).toMatchObject({ subject: id, actor: tokens.person.id });
  });

  it('goes on for a while when the provider is away, then waits for it, and goes on when it is back', async () => {
    const tokens = await org.tokens('erin');
    const [port, directory] = [Number(new URL(org.provider.issuer).port), org.provider.directory];
    await org.provider.dispose();
    const next = await renew(tokens.refreshToken);
    org.clock.forward(PROVIDER_GRACE_MS + 1);
    await expect(renew(next.refreshToken)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(renew(next.refreshToken)).rejects.toMatchObject({ code: 'unavailable' });

    // It comes back without its memory: what it once gave is good no more.
    const { startDemoIdentityProvider } = await import('../../../backend/demo/identity-provider.ts');
    const back = await startDemoIdentityProvider({
      port,
      directory,
      clientId: 'sallyport',
      clientSecret: 'a secret of the tests',
      redirectUris: [`${org.url}/auth/callback`],
    });
    try {
      await expect(renew(next.refreshToken)).rejects.toMatchObject({ code: 'sign-in-expired' });
    } finally {
      await back.dispose();
    }
  });

  it('lasts a working day when the provider’s token cannot be opened any more', async () => {
    const tokens = await org.tokens('erin');
    await store.database.db.updateTable('sign_ins').set({ provider_tokens: null }).execute();
    org.clock.forward(UNCONFIRMED_SIGN_IN_MS - 1_000);
    const next = await renew(tokens.refreshToken);
    org.clock.forward(2_000);
    await expect(renew(next.refreshToken)).rejects.toMatchObject({ code: 'sign-in-expired' });
    expect(await org.signIn.authenticate(next.accessToken)).toBeNull();
  });

  it('keeps the provider’s token sealed, for its own row only', async () => {
    const [mine, other] = [await org.tokens('erin'), await org.tokens('enzo')];
    const [mineId, otherId] = [await signInIdOf(mine), await signInIdOf(other)];
    const row = await store.database.db
      .selectFrom('sign_ins')
      .select('provider_tokens')
      .where('id', '=', mineId)
      .executeTakeFirstOrThrow();
    expect(row.provider_tokens?.[0]).toBe(1);
    // A row that was copied over another does not let that other person in as the first.
    await store.database.db
      .updateTable('sign_ins')
      .set({ provider_tokens: row.provider_tokens, confirmed_at: 0 })
      .where('id', '=', otherId)
      .execute();
    await expect(renew(other.refreshToken)).rejects.toMatchObject({ code: 'sign-in-expired' });
  });
});

describe('a refresh token that comes twice', () => {
  it('ends the sign-in when its successor was used to call', async () => {
    const first = await org.tokens('erin');
    const id = await signInIdOf(first);
    const ended: string[] = [];
    org.signIn.onSignInEnded((one) => ended.push(one));
    const second = await renew(first.refreshToken);
    await org.signIn.authenticate(second.accessToken);
    await expect(renew(first.refreshToken)).rejects.toMatchObject({ code: 'refresh-token-reused' });
    expect(await org.signIn.authenticate(second.accessToken)).toBeNull();
    await expect(renew(second.refreshToken)).rejects.toMatchObject({ code: 'refresh-token-reused' });
    expect(ended).toEqual([id]);
    const reuses = (await org.audits('token.reuse-detected')).filter((entry) => entry.subject === id);
    expect(reuses).toEqual([
      expect.objectContaining({ outcome: 'refused', code: 'refresh-token-reused', actor: first.person.id }),
    ]);
  });

  it('ends the sign-in when its successor was renewed', async () => {
    const first = await org.tokens('erin');
    const third = await renew((await renew(first.refreshToken)).refreshToken);
    await expect(renew(first.refreshToken)).rejects.toMatchObject({ code: 'refresh-token-reused' });
    expect(await org.signIn.authenticate(third.accessToken)).toBeNull();
  });

  it('ends the sign-in when it comes late, though its successor was never seen', async () => {
    const first = await org.tokens('erin');
    await renew(first.refreshToken);
    org.clock.forward(LOST_REPLY_MS + 1);
    await expect(renew(first.refreshToken)).rejects.toMatchObject({ code: 'refresh-token-reused' });
  });

  it('is answered anew when the reply was lost, and the pair that was lost is taken back', async () => {
    const first = await org.tokens('erin');
    const lost = await renew(first.refreshToken);
    const again = await renew(first.refreshToken);
    expect(await org.signIn.authenticate(lost.accessToken)).toBeNull();
    expect(await org.signIn.authenticate(again.accessToken)).not.toBeNull();
    expect((await renew(again.refreshToken)).person.id).toBe(first.person.id);
  });

  it('does not open its minute anew by being asked again', async () => {
    const first = await org.tokens('erin');
    await renew(first.refreshToken);
    org.clock.forward(LOST_REPLY_MS / 2);
    await renew(first.refreshToken);
    org.clock.forward(LOST_REPLY_MS / 2 + 1);
    await expect(renew(first.refreshToken)).rejects.toMatchObject({ code: 'refresh-token-reused' });
  });

  it('catches a thief who was first: whoever holds the lost pair ends the sign-in by presenting it', async () => {
    const first = await org.tokens('erin');
    const thief = await renew(first.refreshToken);
    const owner = await renew(first.refreshToken);
    await expect(renew(thief.refreshToken)).rejects.toMatchObject({ code: 'refresh-token-reused' });
    expect(await org.signIn.authenticate(owner.accessToken)).toBeNull();
  });

  it('at the same moment gives one of the two a pair, and never two that work', async () => {
    const first = await org.tokens('erin');
    const all = await Promise.allSettled(Array.from({ length: 6 }, () => renew(first.refreshToken)));
    const given = all.filter((one) => one.status === 'fulfilled').map((one) => one.value);
    const working = await Promise.all(given.map((tokens) => org.signIn.authenticate(tokens.accessToken)));
    expect(working.filter((caller) => caller !== null)).toHaveLength(1);
    for (const one of all) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'unavailable' });
  });
});

describe('a refresh token is refused', () => {
  it.each([
    ['made up', async () => 'A'.repeat(43)],
    ['empty', async () => ''],
    ['an access token', async () => (await org.tokens('erin')).accessToken],
  ])('when it is %s', async (_, token) => {
    await expect(renew(await token())).rejects.toMatchObject({ code: 'sign-in-expired' });
    expect((await org.audits('person.sign-in-refused')).at(-1)).toMatchObject({ actor: 'nobody', outcome: 'refused' });
  });

  it('after sign-out, and what the provider gave is kept no longer', async () => {
    const tokens = await org.tokens('erin');
    const caller = await org.signIn.authenticate(tokens.accessToken);
    if (!caller) throw new Error('not signed in');
    await org.signIn.signOut(caller);
    await expect(renew(tokens.refreshToken)).rejects.toMatchObject({ code: 'sign-in-expired' });
    const row = await store.database.db
      .selectFrom('sign_ins')
      .selectAll()
      .where('id', '=', caller.signInId)
      .executeTakeFirstOrThrow();
    expect(row).toMatchObject({ provider_tokens: null, end_reason: 'signed-out' });
  });
});

describe('a token given back to the provider', () => {
  it('is good there no more', async () => {
    const client = { clientId: 'sallyport', clientSecret: 'a secret of the tests' };
    const provider = identityProvider({ issuer: org.provider.issuer, ...client });
    const callback = `${org.url}/auth/callback`;
    const trip = { state: 's'.repeat(43), nonce: 'n'.repeat(43), codeVerifier: 'v'.repeat(43) };
    const browser = new Browser((url) => url.href.startsWith(callback));
    const page = await browser.open(await provider.begin(trip, callback));
    const { url } = await browser.press(page, 'person', 'erin');
    const { refreshToken = '' } = await provider.finish(url, trip);
    await provider.forget(refreshToken);
    expect(await provider.confirm(refreshToken, 'erin')).toEqual({ kind: 'gone' });
  });
});
