import type { SignInParts } from './sign-ins.ts';

/** Tokens and codes are known for so long after their end, so that a late second use is seen. Milliseconds. */
export const REMEMBERED_MS = 86_400_000;
/** Rows removed at a time: what waits for them waits for a moment only. */
const BATCH = 500;
/** The provider is asked one after the other to forget; the rest is for the next time. */
const MOST_SIGN_INS = 500;

/**
 * Removes sign-ins that nobody finished, tokens and codes that are long over, and then the sign-ins that none is left of:
 * abandoned in the browser, ended, or not used for as long as a refresh token lives. Their provider token is given back.
 */
export async function forgetOldSignIns(parts: SignInParts, over: () => boolean): Promise<void> {
  const { db } = parts.database;
  const now = parts.clock.now();
  const before = now - REMEMBERED_MS;
  await untilFew(over, () =>
    db
      .deleteFrom('login_attempts')
      .where('state_hash', 'in', (e) =>
        e.selectFrom('login_attempts').select('state_hash').where('expires_at', '<', now).limit(BATCH),
      )
      .executeTakeFirst(),
  );
  for (const table of ['tokens', 'one_time_codes'] as const)
    await untilFew(over, () =>
      db
        .deleteFrom(table)
        .where('hash', 'in', (e) => e.selectFrom(table).select('hash').where('expires_at', '<', before).limit(BATCH))
        .executeTakeFirst(),
    );
  if (over()) return;
  for (const { id, provider_tokens: sealed } of await forgetUnusable(parts, before)) {
    if (over()) return;
    const providerToken = sealed && parts.seal.open(sealed, id);
    if (providerToken) await parts.provider.forget(providerToken);
  }
}

/** Removes sign-ins that have neither token nor code any more; a younger one is about to get its first. */
async function forgetUnusable({ database: { db } }: SignInParts, before: number) {
  return db
    .deleteFrom('sign_ins')
    .where('id', 'in', (e) =>
      e
        .selectFrom('sign_ins as s')
        .select('s.id')
        .where('s.created_at', '<', before)
        .where(({ not, exists, selectFrom }) =>
          not(exists(selectFrom('tokens as t').select('t.hash').whereRef('t.sign_in_id', '=', 's.id'))),
        )
        .where(({ not, exists, selectFrom }) =>
          not(exists(selectFrom('one_time_codes as c').select('c.hash').whereRef('c.sign_in_id', '=', 's.id'))),
        )
        .limit(MOST_SIGN_INS)
        // Somebody holds it at this moment: not now.
        .forUpdate('s')
        .skipLocked(),
    )
    .returning(['id', 'provider_tokens'])
    .execute();
}

async function untilFew(over: () => boolean, remove: () => Promise<{ numDeletedRows: bigint }>): Promise<void> {
  while (!over()) if ((await remove()).numDeletedRows < BATCH) return;
}
