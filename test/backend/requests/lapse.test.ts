import { afterAll, beforeAll, expect, test } from 'vitest';
import { Decisions } from '../../../backend/requests/decisions.ts';
import { lapseDue, nextLapse } from '../../../backend/requests/lapses.ts';
import { Requests } from '../../../backend/requests/requests.ts';
import type { Person } from '../../../protocol/model/identity.ts';
import { policySchema } from '../../../protocol/model/policy.ts';
import { startTestDatabase } from '../../support/database.ts';
import { TestClock } from '../auth/org.ts';

let store: Awaited<ReturnType<typeof startTestDatabase>>;
let services: Parameters<typeof lapseDue>[0];
let requests: Requests;
let decisions: Decisions;
const clock = new TestClock();
const policy = policySchema.parse({
  version: 1,
  targets: [{ name: 'web-1', address: '127.0.0.1', labels: { env: 'x' }, hostKeys: ['ssh-ed25519 AAAA'] }],
  roles: [
    {
      name: 'work',
      requesters: { groups: ['engineering'] },
      targets: { labels: { env: 'x' } },
      logins: ['deploy'],
      maxDuration: '1h',
      lapsesAfter: '10m',
      approvals: [{ groups: ['dba'] }],
    },
  ],
});
const person = (name: string, groups: string[]): Person => ({
  id: `per_${name}000000`,
  name,
  email: `${name}@x`,
  groups,
  duties: [],
  standsInFor: [],
});
const [erin, dana] = [person('erin', ['engineering']), person('dana', ['dba'])];
const ASK = {
  target: 'web-1',
  login: 'deploy',
  durationSeconds: 60,
  reason: 'x',
  ticket: '',
  startsAt: null,
  endsWithSession: false,
};
const YES = { verdict: 'approve', revision: 1, reason: '' } as const;

beforeAll(async () => {
  store = await startTestDatabase();
  const { database } = store;
  for (const { id, name, email, groups } of [erin, dana])
    await database.db
      .insertInto('people')
      .values({ id, name, email, groups, issuer: 'i', subject: name, created_at: 0, last_seen: 0 })
      .execute();
  services = { database, clock, policy: () => policy };
  requests = new Requests({ ...services, onlineAmong: async () => new Set() });
  decisions = new Decisions({ ...services, onError: () => undefined });
});
afterAll(() => store.dispose());

test('a request that nobody decides lapses at its time and not before', async () => {
  const { id, lapsesAt } = await requests.create(erin, ASK);
  expect(await nextLapse(services)).toBe(lapsesAt);
  await lapseDue(services);
  expect((await requests.show(erin, id)).state).toBe('pending');
  clock.forward(600_000);
  await lapseDue(services);
  expect(await requests.show(erin, id)).toMatchObject({ state: 'lapsed', closedAt: expect.any(Number) });
  expect(await nextLapse(services)).toBeUndefined();
  const entry = await store.database.db
    .selectFrom('audit')
    .selectAll()
    .where('kind', '=', 'request.lapsed')
    .executeTakeFirst();
  expect(entry).toMatchObject({ subject: id, actor: 'backend' });
});

test('a request whose time has come cannot be approved, though nobody wrote down yet that it lapsed', async () => {
  const { id } = await requests.create(erin, ASK);
  clock.forward(600_000);
  await expect(decisions.decide(dana, id, YES)).rejects.toMatchObject({
    code: 'wrong-state',
  });
  await lapseDue(services);
});

test('several nodes that let the same request lapse do it once', async () => {
  const { id } = await requests.create(erin, ASK);
  clock.forward(600_000);
  await Promise.all([lapseDue(services), lapseDue(services), lapseDue(services)]);
  const entries = await store.database.db
    .selectFrom('audit')
    .selectAll()
    .where('kind', '=', 'request.lapsed')
    .where('subject', '=', id)
    .execute();
  expect(entries).toHaveLength(1);
});

test('a refusal is written down although its transaction is rolled back, and the row is as it was', async () => {
  const { id } = await requests.create(
    dana.groups.includes('dba') ? { ...dana, groups: ['engineering', 'dba'] } : dana,
    ASK,
  );
  await expect(decisions.decide(dana, id, YES)).rejects.toMatchObject({
    code: 'own-request',
  });
  expect(await requests.show(dana, id)).toMatchObject({ state: 'pending', decisions: [] });
  const entry = await store.database.db
    .selectFrom('audit')
    .selectAll()
    .where('subject', '=', id)
    .orderBy('seq', 'desc')
    .executeTakeFirst();
  expect(entry).toMatchObject({ kind: 'decision.refused', outcome: 'refused', code: 'own-request', actor: dana.id });
});
