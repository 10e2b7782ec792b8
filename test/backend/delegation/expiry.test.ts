import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { personOf, rememberPerson } from '../../../backend/auth/people.ts';
import { Delegations, endDelegationOfLeaver } from '../../../backend/delegation/delegations.ts';
import { placesOf } from '../../../backend/delegation/places.ts';
import { readOverview } from '../../../backend/overview.ts';
import { Decisions } from '../../../backend/requests/decisions.ts';
import { Requests } from '../../../backend/requests/requests.ts';
import type { Person } from '../../../protocol/model/identity.ts';
import { policySchema } from '../../../protocol/model/policy.ts';
import { startTestDatabase } from '../../support/database.ts';
import { TestClock } from '../auth/org.ts';

const HOUR = 3_600_000;
const policy = policySchema.parse({
  version: 1,
  standIns: { groups: ['leads'] },
  targets: [{ name: 'web-1', address: '127.0.0.1', labels: { env: 'x' }, hostKeys: ['ssh-ed25519 AAAA'] }],
  roles: [
    {
      name: 'work',
      requesters: { groups: ['engineering'] },
      targets: { labels: { env: 'x' } },
      logins: ['deploy'],
      maxDuration: '1h',
      lapsesAfter: '24h',
      approvals: [{ groups: ['dba'] }],
    },
  ],
});
const clock = new TestClock();
let store: Awaited<ReturnType<typeof startTestDatabase>>;
let delegations: Delegations;
let requests: Requests;
let decisions: Decisions;
const ids = {} as Record<'erin' | 'dana' | 'lee', string>;

beforeAll(async () => {
  store = await startTestDatabase();
  const services = { database: store.database, clock, policy: () => policy };
  delegations = new Delegations(services);
  requests = new Requests({ ...services, onlineAmong: async () => new Set() });
  decisions = new Decisions({ ...services, onError: () => undefined });
});
afterAll(() => store.dispose());
beforeEach(async () => {
  await store.database.db.deleteFrom('delegations').execute();
  ids.erin = await remembered('erin', ['engineering']);
  ids.dana = await remembered('dana', ['dba']);
  ids.lee = await remembered('lee', ['leads']);
});

const remembered = async (name: string, groups: string[]): Promise<string> => {
  const profile = { issuer: 'i', subject: name, name, email: `${name}@x`, groups };
  return (await store.database.inTransaction((tx) => rememberPerson(tx, profile, clock.now(), policy))).id;
};

/** Somebody as their calls see them at this moment. */
async function caller(who: keyof typeof ids): Promise<Person> {
  const { db } = store.database;
  const row = await db.selectFrom('people').selectAll().where('id', '=', ids[who]).executeTakeFirstOrThrow();
  return personOf(row, await placesOf(db, row.id, clock.now()), policy);
}

async function pending(): Promise<string> {
  const ask = { target: 'web-1', login: 'deploy', durationSeconds: 60, reason: 'x', ticket: '' };
  return (await requests.create(await caller('erin'), { ...ask, startsAt: null, endsWithSession: false })).id;
}

const YES = { verdict: 'approve', revision: 1, reason: '' } as const;
const ended = () =>
  store.database.db.selectFrom('audit').selectAll().where('kind', '=', 'delegation.ended').orderBy('seq').execute();

async function newestEvent() {
  const newest = sql<string>`event->>'kind'`.as('kind');
  const query = store.database.db.selectFrom('outbox').select([newest, 'audience']).orderBy('id', 'desc');
  return query.executeTakeFirstOrThrow();
}

test('a place is over at its moment, though nobody wrote that down yet, also for a call that began before', async () => {
  await delegations.set(await caller('dana'), ids.lee, clock.now() + HOUR);
  const id = await pending();
  const lee = await caller('lee');
  expect(lee.duties).toContain('approver');
  clock.forward(HOUR);
  expect(await caller('lee')).toMatchObject({ standsInFor: [], duties: [] });
  await expect(decisions.decide(lee, id, YES)).rejects.toMatchObject({ code: 'not-found' });
  await expect(delegations.end(await caller('dana'))).rejects.toMatchObject({ code: 'wrong-state' });
});

test('an overview shows the places of its own moment, also when they changed since the call began', async () => {
  const id = await pending();
  const read = async (person: Person) => readOverview(store.database, person, policy, clock.now());
  const before = await caller('lee');
  await delegations.set(await caller('dana'), ids.lee, clock.now() + HOUR);
  const begun = await read(before);
  expect(begun.person).toEqual(await caller('lee'));
  expect(begun.requests.map((r) => r.id)).toContain(id);
  await delegations.end(await caller('dana'));
  const over = await read(begun.person);
  expect(over.person).toMatchObject({ standsInFor: [], duties: [] });
  expect(over.requests).toEqual([]);
});

test('the sweep ends what is over, once on several nodes, and tells both', async () => {
  const until = clock.now() + HOUR;
  await delegations.set(await caller('dana'), ids.lee, until);
  expect(await delegations.nextExpiry()).toBe(until);
  await delegations.expireDue();
  expect(await delegations.nextExpiry()).toBe(until);
  clock.forward(HOUR);
  const before = (await ended()).length;
  await Promise.all([delegations.expireDue(), delegations.expireDue(), delegations.expireDue()]);
  const entries = (await ended()).slice(before);
  expect(entries).toMatchObject([{ actor: 'backend', subject: ids.dana, details: { standIn: ids.lee, until } }]);
  expect(await newestEvent()).toEqual({ kind: 'access-changed', audience: [ids.dana, ids.lee] });
  expect(await delegations.nextExpiry()).toBeUndefined();
});

test('a sweep leaves what was made longer meanwhile', async () => {
  await delegations.set(await caller('dana'), ids.lee, clock.now() + HOUR);
  clock.forward(HOUR);
  await Promise.all([delegations.set(await caller('dana'), ids.lee, clock.now() + HOUR), delegations.expireDue()]);
  await delegations.set(await caller('dana'), ids.lee, clock.now() + HOUR);
  await delegations.expireDue();
  expect((await caller('lee')).standsInFor).toHaveLength(1);
});

test('when the absent approver leaves, nobody speaks for them any longer', async () => {
  await delegations.set(await caller('dana'), ids.lee, clock.now() + HOUR);
  const id = await pending();
  await store.database.inTransaction((tx) => endDelegationOfLeaver(tx, { id: ids.dana, name: 'dana' }, clock.now()));
  await expect(decisions.decide(await caller('lee'), id, YES)).rejects.toMatchObject({ code: 'not-found' });
  expect((await ended()).at(-1)).toMatchObject({ actor: 'backend', subject: ids.dana });
});

test('when who takes the place loses the group that policy names, they take it no more, and both are told', async () => {
  await delegations.set(await caller('dana'), ids.lee, clock.now() + HOUR);
  const id = await pending();
  const lee = await caller('lee');
  await remembered('lee', []);
  expect((await newestEvent()).audience?.toSorted()).toEqual([ids.dana, ids.lee].toSorted());
  expect((await caller('lee')).standsInFor).toEqual([]);
  await expect(decisions.decide(await caller('lee'), id, YES)).rejects.toMatchObject({ code: 'not-found' });
  await remembered('lee', ['leads']);
  expect((await decisions.decide(lee, id, YES)).state).toBe('approved');
});

/** Whom the last event was for; undefined when none came of what was done. */
async function toldBy(act: () => Promise<unknown>): Promise<string[] | null | undefined> {
  const last = () => store.database.db.selectFrom('outbox').selectAll().orderBy('id', 'desc').executeTakeFirst();
  const before = await last();
  await act();
  const after = await last();
  return after?.id === before?.id ? undefined : after?.audience;
}

test.each<[string, string[], string[] | undefined, string[] | undefined]>([
  ['somebody whom policy does not name signs in for the first time', ['engineering'], undefined, undefined],
  ['somebody who may stand in comes again as they were', ['leads'], ['leads'], undefined],
  ['somebody who may stand in signs in for the first time', ['leads'], undefined, ['dana']],
  ['somebody may stand in from now on', ['leads'], ['engineering'], ['self', 'dana']],
  ['somebody may stand in no more', ['engineering'], ['leads'], ['self', 'dana']],
])('approvers hear of whom they may choose: %s', async (name, groups, earlier, expected) => {
  if (earlier) await remembered(name, earlier);
  let id = '';
  const told = await toldBy(async () => {
    id = await remembered(name, groups);
  });
  expect(told).toEqual(expected?.map((who) => (who === 'self' ? id : ids.dana)));
});
