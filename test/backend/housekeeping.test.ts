import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { REMEMBERED_MS } from '../../backend/auth/forget-old.ts';
import { LOGIN_ATTEMPT_MS } from '../../backend/auth/login-attempts.ts';
import { REFRESH_IDLE_MS } from '../../backend/auth/tokens.ts';
import { type Chore, HOUSEKEEPING_LOCK, tidyUp } from '../../backend/housekeeping.ts';
import { startTestDatabase } from '../support/database.ts';
import { appSide, type Org, startOrg } from './auth/org.ts';

let store: Awaited<ReturnType<typeof startTestDatabase>>;
let org: Org;
beforeAll(async () => {
  store = await startTestDatabase();
});
afterAll(() => store.dispose());
beforeEach(async () => {
  org = await startOrg(store.database);
});
afterEach(async () => {
  await org.dispose();
  await sql`truncate login_attempts, tokens, one_time_codes, sign_ins`.execute(store.database.db);
});

const TABLES = ['login_attempts', 'one_time_codes', 'sign_ins', 'tokens'] as const;
async function counts(): Promise<Record<(typeof TABLES)[number], number>> {
  const found = TABLES.map(async (table) => {
    const rows = await store.database.db.selectFrom(table).selectAll().execute();
    return [table, rows.length] as const;
  });
  return Object.fromEntries(await Promise.all(found)) as Record<(typeof TABLES)[number], number>;
}
const forget = () => org.signIn.forgetOld(() => false);
const renew = (refreshToken: string) => org.signIn.token({ grantType: 'refresh', refreshToken }, '');

describe('what may still be used, or used a second time, stays', () => {
  test('a sign-in under way, and one that waits for its first tokens', async () => {
    const [here, there] = [await appSide(), await appSide()];
    await org.browser().open(org.signInUrl(here));
    await org.throughBrowser('erin', there);
    org.clock.forward(LOGIN_ATTEMPT_MS - 5_000);
    await forget();
    expect(await counts()).toEqual({ login_attempts: 1, one_time_codes: 1, sign_ins: 1, tokens: 0 });
  });

  test('a sign-in that was used, up to the last day on which it can be, and the day after', async () => {
    const tokens = await org.tokens('erin');
    org.clock.forward(REFRESH_IDLE_MS - 5_000);
    await forget();
    const next = await renew(tokens.refreshToken);
    org.clock.forward(REFRESH_IDLE_MS + REMEMBERED_MS - 5_000);
    await forget();
    await expect(renew(next.refreshToken)).rejects.toMatchObject({ message: expect.stringMatching(/30 days/) });
  });

  test('a refresh token that was traded: a late thief ends the sign-in still', async () => {
    const tokens = await org.tokens('erin');
    const next = await renew(tokens.refreshToken);
    await org.signIn.authenticate(next.accessToken);
    org.clock.forward(REFRESH_IDLE_MS - 5_000);
    await forget();
    await expect(renew(tokens.refreshToken)).rejects.toMatchObject({ code: 'refresh-token-reused' });
  });

  test('everything, when the backend is about to stop', async () => {
    await org.tokens('erin');
    org.clock.forward(2 * REFRESH_IDLE_MS);
    await org.signIn.forgetOld(() => true);
    expect(await counts()).toMatchObject({ one_time_codes: 1, sign_ins: 1, tokens: 2 });
  });
});

describe('what is over is removed', () => {
  test('a sign-in that nobody finished in the browser', async () => {
    await org.browser().open(org.signInUrl(await appSide()));
    org.clock.forward(LOGIN_ATTEMPT_MS + 1_000);
    await forget();
    expect((await counts()).login_attempts).toBe(0);
  });

  test('one whose code no app came for, a day later; the provider is given its token back', async () => {
    const code = (await org.throughBrowser('erin', await appSide())).url.searchParams.get('code');
    expect(code).toBeTruthy();
    org.clock.forward(REMEMBERED_MS + 120_000);
    const calls = vi.spyOn(globalThis, 'fetch');
    await forget();
    expect(calls.mock.calls.map(([url]) => String(url))).toContain(`${org.provider.issuer}/token/revocation`);
    calls.mockRestore();
    expect(await counts()).toEqual({ login_attempts: 0, one_time_codes: 0, sign_ins: 0, tokens: 0 });
  });

  test('one that was not used for 30 days, with its tokens; others are left alone', async () => {
    await org.tokens('erin');
    org.clock.forward(REFRESH_IDLE_MS);
    const mine = await org.tokens('dana');
    org.clock.forward(REMEMBERED_MS + 15 * 60_000);
    await forget();
    expect(await counts()).toMatchObject({ one_time_codes: 0, sign_ins: 1, tokens: 1 });
    expect((await renew(mine.refreshToken)).person.name).toMatch(/^Dana/);
  });

  test('more than one batch of it', async () => {
    const now = org.clock.now();
    await sql`insert into login_attempts select sha256(i::text::bytea), '', '', '', '', '', '', 0, ${now - 1}
      from generate_series(1, 1100) i`.execute(store.database.db);
    await forget();
    expect((await counts()).login_attempts).toBe(0);
  });
});

describe('several nodes', () => {
  const errors: unknown[] = [];
  const tidy = (...chores: Chore[]) =>
    tidyUp(
      store.database,
      chores,
      () => false,
      (error) => errors.push(error),
    );

  test('one of them tidies; the others leave it at that, until it is done or dead', async () => {
    let did = 0;
    const elsewhere = await store.database.connectAlone();
    await elsewhere.query('select pg_advisory_lock($1)', [HOUSEKEEPING_LOCK]);
    await tidy(async () => void did++);
    expect(did).toBe(0);
    await elsewhere.end();
    await expect.poll(() => tidy(async () => void did++).then(() => did)).toBe(1);
    await tidy(async () => void did++);
    expect(did).toBe(2);
  });

  test('a chore that fails is said, and keeps neither the others from theirs nor the lock', async () => {
    let did = 0;
    const failing = () => Promise.reject(new Error('no'));
    await tidy(failing, async () => void did++);
    await tidy(async () => void did++);
    expect(did).toBe(2);
    expect(errors).toEqual([new Error('no')]);
  });
});

test('what is looked for by its age has an index', async () => {
  const { rows } = await sql<{ indexdef: string }>`select indexdef from pg_indexes where schemaname = 'public'`.execute(
    store.database.db,
  );
  const all = rows.map((row) => row.indexdef).join('\n');
  for (const column of [
    'login_attempts USING btree (expires_at',
    'one_time_codes USING btree (expires_at',
    'tokens USING btree (expires_at',
  ])
    expect(all).toContain(column);
});
