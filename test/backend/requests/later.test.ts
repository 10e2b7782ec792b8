import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestBackend, type TestBackend, type TestClient } from '../../support/backend.ts';
import { codeOf, type DemoName, lastAudit, signInAll } from './people.ts';

const POLICY = `
version: 1
duties: { auditors: [audit] }
targets:
  - { name: web-1, address: 127.0.0.1, port: 9, labels: { env: staging }, hostKeys: [ssh-ed25519 AAAA] }
  - { name: web-3, address: 127.0.0.1, port: 9, labels: { env: staging }, hostKeys: [ssh-ed25519 AAAA] }
  - { name: web-2, address: 127.0.0.1, port: 9, labels: { env: staging }, hostKeys: [ssh-ed25519 AAAA] }
roles:
  - name: staging
    description: Try things out
    requesters: { groups: [engineering] }
    targets: { labels: { env: staging } }
    logins: [deploy, web]
    maxDuration: 1h
    lapsesAfter: 10m
    drain: 2m
    maxExtensions: 5
    onScreenLock: end
    approvals: [{ groups: [dba] }]
`;

const DAY = 24 * 3_600_000;
let backend: TestBackend;
let people: Record<DemoName, TestClient>;
beforeAll(async () => {
  backend = await startTestBackend({ policy: POLICY });
  people = await signInAll(backend);
});
afterAll(() => backend.dispose());

const WEB = { target: 'web-1', login: 'deploy', durationSeconds: 600, reason: 'a release' };
const asked = (changes: object = {}, who: DemoName = 'erin') =>
  people[who].call('requests.create', { body: { ...WEB, ...changes } });
const decide = (id: string, body: object = { verdict: 'approve' }, who: DemoName = 'dana') =>
  people[who].call('requests.decide', {
    params: { id },
    body: { revision: 1, ...body } as { verdict: 'approve'; revision: number },
  });
const grantOf = async (requestId: string) =>
  (await people.erin.call('overview.show', {})).grants.find((g) => g.requestId === requestId);

describe('access that begins later', () => {
  test.each([
    ['before the epoch', -1],
    ['a day ago', Date.now() - DAY],
    ['in 31 days', Date.now() + 31 * DAY],
    ['at no whole millisecond', Date.now() + 0.5],
  ])('is refused when it should begin %s', async (_, startsAt) => {
    expect(await codeOf(asked({ startsAt }))).toBe('invalid-input');
    expect(await codeOf(people.erin.call('requests.dryRun', { body: { ...WEB, startsAt } }))).toBe('invalid-input');
    expect(await lastAudit(people.uma, 'request.refused')).toMatchObject({ code: 'invalid-input' });
  });

  test('begins then, when it was approved before, and lapses no later for it', async () => {
    const startsAt = Date.now() + DAY;
    const request = await asked({ startsAt });
    expect(request).toMatchObject({ startsAt, lapsesAt: request.createdAt + 600_000 });
    await decide(request.id);
    expect(await grantOf(request.id)).toMatchObject({
      status: { state: 'scheduled' },
      startsAt,
      endsAt: startsAt + 600_000,
    });
  });

  test('begins at the approval, when that came later', async () => {
    const startsAt = Date.now() - 30_000;
    const request = await asked({ startsAt });
    const before = Date.now();
    await decide(request.id);
    const grant = await grantOf(request.id);
    expect(grant?.status.state).toBe('live');
    expect(grant?.startsAt).toBeGreaterThanOrEqual(before);
    expect(grant && grant.endsAt - grant.startsAt).toBe(600_000);
  });
});

test('a grant has the terms of the role it was asked under, and ends with its session if that was asked', async () => {
  const plain = await asked();
  const short = await asked({ endsWithSession: true });
  await backend.reloadPolicy();
  for (const { id } of [plain, short]) await decide(id);
  const terms = { drainSeconds: 120, onScreenLock: 'end', extension: { maxSeconds: 3600, left: 5 } };
  expect(await grantOf(plain.id)).toMatchObject({ ...terms, endsWithSession: false });
  expect(await grantOf(short.id)).toMatchObject({ ...terms, endsWithSession: true });
});

describe('what an approver should know', () => {
  const facts = (id: string, who: DemoName = 'dana') => people[who].call('requests.facts', { params: { id } });

  test('of somebody who never asked: nothing but what the role is for', async () => {
    const { id } = await asked({}, 'enzo');
    const nothing = { roleDescription: 'Try things out', earlier: [], accessesLast30Days: 0, lastAccessAt: null };
    expect(await facts(id)).toEqual(nothing);
    expect(await facts(id, 'enzo')).toEqual(nothing);
  });

  test('earlier requests of this person for this target and login, newest first, and who decided them', async () => {
    const earlier = await asked({ login: 'web', target: 'web-2', durationSeconds: 60 }, 'enzo');
    await decide(earlier.id, { verdict: 'deny', reason: 'not now' });
    const approved = await asked({ login: 'web', target: 'web-2', durationSeconds: 120 }, 'enzo');
    await decide(approved.id);
    await asked({ login: 'web', target: 'web-2' }, 'erin');
    await asked({ login: 'deploy', target: 'web-2' }, 'enzo');
    await asked({ login: 'web', target: 'web-1' }, 'enzo');
    const { id } = await asked({ login: 'web', target: 'web-2' }, 'enzo');
    const known = await facts(id);
    expect(known.earlier).toEqual([
      { at: approved.createdAt, state: 'approved', durationSeconds: 120, decidedBy: 'Dana Novak' },
      { at: earlier.createdAt, state: 'denied', durationSeconds: 60, decidedBy: 'Dana Novak' },
    ]);
    expect(known.accessesLast30Days).toBe(1);
    expect(known.lastAccessAt).toBeGreaterThan(approved.createdAt);
  });

  test('access that never began is none, whether it is still to come or was given back', async () => {
    const startsAt = Date.now() + DAY;
    for (const end of ['comes', 'released']) {
      const later = await asked({ target: 'web-3', startsAt });
      const { grantId } = await decide(later.id);
      if (end === 'released') await people.erin.call('grants.release', { params: { id: grantId ?? '' } });
    }
    const known = await facts((await asked({ target: 'web-3' })).id);
    expect(known).toMatchObject({ accessesLast30Days: 0, lastAccessAt: null, earlier: [{}, {}] });
  });

  test('ten at most', async () => {
    for (let i = 0; i < 12; i++) {
      const { id } = await asked({ target: 'web-2' });
      await people.erin.call('requests.cancel', { params: { id } });
    }
    const { id } = await asked({ target: 'web-2' });
    const { earlier } = await facts(id);
    expect(earlier).toHaveLength(10);
    expect(earlier.map((e) => e.at)).toEqual(earlier.map((e) => e.at).toSorted((a, b) => b - a));
    expect(new Set(earlier.map((e) => `${e.state} ${e.decidedBy}`))).toEqual(new Set(['cancelled ']));
  });

  test.each<[DemoName, string]>([
    ['sam', 'not-found'],
    ['enzo', 'not-found'],
    ['uma', 'not-found'],
    ['ada', 'not-found'],
  ])('%s learns nothing', async (who, code) => {
    const { id } = await asked();
    expect(await codeOf(facts(id, who))).toBe(code);
    expect(await lastAudit(people.uma, 'access.refused')).toMatchObject({ subject: id, actor: people[who].id, code });
  });
});
