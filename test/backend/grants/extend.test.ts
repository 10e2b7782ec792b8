import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { extendGrant } from '../../../backend/grants/extend.ts';
import { startTestDatabase } from '../../support/database.ts';
import { TestClock } from '../auth/org.ts';
import { type Changes, insertErin, insertGrant } from './rows.ts';

let store: Awaited<ReturnType<typeof startTestDatabase>>;
const clock = new TestClock();
beforeAll(async () => {
  store = await startTestDatabase();
  await insertErin(store.database);
});
afterAll(() => store.dispose());

const granted = (startsInMs: number, endsInMs: number, changes?: Changes) =>
  insertGrant(store.database, clock, startsInMs, endsInMs, changes);
const rowOf = (id: string) =>
  store.database.db.selectFrom('grants').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const extend = (extendsGrantId: string | null) =>
  store.database.inTransaction((tx) =>
    extendGrant(
      tx,
      { view: { id: 'req_aaaaaaaaaa', extendsGrantId }, approverGroups: ['dba', 'security'] },
      60,
      clock.now(),
      [],
    ),
  );

test('a grant that lives ends later by what was approved, and counts it', async () => {
  const { id } = await granted(0, 10_000);
  const before = await rowOf(id);
  await extend(id);
  expect(await rowOf(id)).toMatchObject({ ends_at: before.ends_at + 60_000, extensions: 1 });
});

test('may be revoked by those who could give it at first, and by those who could make it longer', async () => {
  const { id } = await granted(0, 10_000);
  await extend(id);
  expect((await rowOf(id)).approver_groups).toEqual(['dba', 'security']);
});

test('two approvals at once each count', async () => {
  const { id } = await granted(0, 10_000);
  const before = await rowOf(id);
  await Promise.all([extend(id), extend(id)]);
  expect(await rowOf(id)).toMatchObject({ ends_at: before.ends_at + 120_000, extensions: 2 });
});

describe('is refused, and nothing changes', () => {
  test.each<[string, () => Promise<string>, string]>([
    ['when its time is over', async () => (await granted(-2_000, -1)).id, 'grant-not-live'],
    ['when it drains', async () => (await granted(-2_000, -1, { drainSeconds: 60 })).id, 'grant-not-live'],
    ['when it has not begun', async () => (await granted(5_000, 9_000)).id, 'grant-not-live'],
    [
      'when it was ended',
      async () => {
        const { id } = await granted(0, 10_000);
        const end = { ended_at: clock.now(), end_reason: 'revoked' } as const;
        await store.database.db.updateTable('grants').set(end).where('id', '=', id).execute();
        return id;
      },
      'grant-not-live',
    ],
    [
      'when it was made longer as often as may be',
      async () => {
        const { id } = await granted(0, 10_000);
        await store.database.db.updateTable('grants').set({ extensions: 3 }).where('id', '=', id).execute();
        return id;
      },
      'wrong-state',
    ],
  ])('%s', async (_, grant, code) => {
    const id = await grant();
    const before = await rowOf(id);
    await expect(extend(id)).rejects.toMatchObject({ code });
    expect(await rowOf(id)).toEqual(before);
  });

  test('when there is no such grant', async () => {
    await expect(extend('gra_nothing0000')).rejects.toMatchObject({ code: 'grant-not-live' });
    await expect(extend(null)).rejects.toMatchObject({ code: 'grant-not-live' });
  });
});
