import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../backend/storage/database.ts';
import type { AccessRequest } from '../../../protocol/model/request.ts';
import { startTestBackend, type TestBackend, type TestClient } from '../../support/backend.ts';
import { startTestDatabase } from '../../support/database.ts';
import { auditsOf, codeOf, type DemoName, lastAudit, signInAll } from './people.ts';

const NAMES = Array.from({ length: 20 }, (_, i) => `web-${i + 1}`);
const POLICY = `
version: 1
duties: { auditors: [audit] }
targets:
${NAMES.map((name) => `  - { name: ${name}, address: 127.0.0.1, port: 9, labels: { env: staging }, hostKeys: [ssh-ed25519 AAAA] }`).join('\n')}
  - { name: db-1, address: 127.0.0.1, port: 9, labels: { env: production }, hostKeys: [ssh-ed25519 AAAA] }
  - { name: vault, address: 127.0.0.1, port: 9, labels: { env: secret }, hostKeys: [ssh-ed25519 AAAA] }
roles:
  - name: staging
    requesters: { groups: [engineering] }
    targets: { labels: { env: staging } }
    logins: [deploy]
    maxDuration: 1h
    approvals: [{ groups: [dba, security] }]
  - name: production
    requesters: { groups: [engineering] }
    targets: { labels: { env: production } }
    logins: [deploy]
    maxDuration: 10m
    approvals: [{ groups: [dba] }, { groups: [security] }]
  - name: keeper
    requesters: { groups: [security] }
    targets: { names: [vault] }
    logins: [deploy]
    maxDuration: 1h
    approvals: [{ groups: [dba] }]
`;

let server: Awaited<ReturnType<typeof startTestDatabase>>;
let backend: TestBackend;
let people: Record<DemoName, TestClient>;
beforeAll(async () => {
  server = await startTestDatabase();
  if ('url' in server.address) throw new Error();
  const { socketFolder, database, user } = server.address;
  const url = `postgres://${user}@localhost/${database}?host=${encodeURIComponent(socketFolder)}`;
  backend = await startTestBackend({ policy: POLICY, url });
  people = await signInAll(backend);
});
afterAll(async () => {
  await backend.dispose();
  await server.dispose();
});

const BATCH = { login: 'deploy', durationSeconds: 600, reason: 'a release' };
const askFor = (targets: string[], changes = {}, who: DemoName = 'erin') =>
  people[who].call('requests.createBatch', { body: { ...BATCH, targets, ...changes } });
const waiting = async (who: DemoName = 'erin') =>
  (await people[who].call('overview.show', {})).requests.filter(
    (r) => r.requester.id === people[who].id && r.state === 'pending',
  );

beforeEach(async () => {
  for (const who of ['erin', 'enzo'] as const)
    for (const { id } of await waiting(who)) await people[who].call('requests.cancel', { params: { id } });
});

describe('asking for several targets', () => {
  test('makes a request of each, by the role that gives it, with one entry each and one batch', async () => {
    const before = (await auditsOf(people.uma, 'request.created')).length;
    const { requests } = await askFor(['web-1', 'db-1']);
    expect(requests.map((r) => [r.target.name, r.role, r.state, r.needs.length])).toEqual([
      ['web-1', 'staging', 'pending', 1],
      ['db-1', 'production', 'pending', 2],
    ]);
    expect(requests[0]?.batchId).toMatch(/^bat_/);
    expect(requests[1]?.batchId).toBe(requests[0]?.batchId);
    const created = (await auditsOf(people.uma, 'request.created')).slice(before);
    expect(created.map((e) => [e.subject, e.details.batch])).toEqual(requests.map((r) => [r.id, r.batchId]));
  });

  test.each<[string, string[], object, string, RegExp]>([
    ['one that is not there', ['web-1', 'nope'], {}, 'not-found', /^nope: There is no target/],
    ['one for others', ['web-1', 'vault', 'nope'], {}, 'not-found', /^vault: There is no target/],
    [
      'one whose role gives less',
      ['web-1', 'db-1'],
      { durationSeconds: 1200 },
      'invalid-input',
      /^db-1: .* at most 10 min/,
    ],
    ['a login that none has', ['web-1', 'db-1'], { login: 'root' }, 'not-allowed', /^web-1: .*"root"/],
    ['a start gone by', ['web-1', 'db-1'], { startsAt: 5 }, 'invalid-input', /^web-1: The start lies in the past/],
    ['the same twice', ['web-1', 'web-2', 'web-1'], {}, 'invalid-input', /each target once/],
    ['only one', ['web-1'], {}, 'invalid-input', /"targets"/],
    ['more than twenty', [...NAMES, 'db-1'], {}, 'invalid-input', /"targets"/],
  ])('is refused as a whole: %s', async (_, targets, changes, code, message) => {
    await expect(askFor(targets, changes)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(await lastAudit(people.uma, 'request.refused')).toMatchObject({ code, actor: people.erin.id });
    expect(await waiting()).toEqual([]);
  });
});

describe('the limit on waiting requests', () => {
  test('counts every target of a batch', async () => {
    await askFor(NAMES);
    await askFor(NAMES);
    expect(await codeOf(askFor(NAMES.slice(0, 11)))).toBe('too-many-requests');
    expect(await waiting()).toHaveLength(40);
    await askFor(NAMES.slice(0, 10));
    const one = { ...BATCH, target: 'web-1' };
    expect(await people.erin.refusal('requests.create', { body: one })).toBe('too-many-requests');
  });

  test('holds when many ask at once', async () => {
    const batches = await Promise.all(Array.from({ length: 6 }, () => codeOf(askFor(NAMES))));
    expect(batches.filter((code) => code === 'done')).toHaveLength(2);
    const body = { ...BATCH, target: 'web-1' };
    const single = await Promise.all(
      Array.from({ length: 20 }, () => codeOf(people.erin.call('requests.create', { body }))),
    );
    expect(single.filter((code) => code === 'done')).toHaveLength(10);
    expect(new Set(single)).toEqual(new Set(['done', 'too-many-requests']));
    expect(await waiting()).toHaveLength(50);
  });
});

describe('deciding several', () => {
  const decide = (decisions: { id: string; revision?: number; verdict?: 'deny' }[], who: DemoName = 'dana') =>
    people[who].call('requests.decideMany', {
      body: { decisions: decisions.map((d) => ({ verdict: 'approve' as const, revision: 1, ...d })) },
    });
  const stateOf = (results: { request: AccessRequest | null; problem: { code: string } | null }[]) =>
    results.map((r) => r.request?.state ?? r.problem?.code);

  test('each stands or falls by itself, in order, and each refusal is written down', async () => {
    const { requests } = await askFor(['web-1', 'web-2', 'web-3', 'db-1']);
    const [first, second, third, db] = requests as [AccessRequest, AccessRequest, AccessRequest, AccessRequest];
    const own = await people.dana.call('requests.create', { body: { ...BATCH, target: 'web-1' } });
    await people.erin.call('requests.amend', { params: { id: second.id }, body: { ...BATCH, durationSeconds: 60 } });
    const missing = 'req_0123456789abcdef';
    const before = (await auditsOf(people.uma, 'decision.refused')).length;
    const { results } = await decide([
      { id: first.id },
      { id: second.id },
      { id: own.id },
      { id: missing },
      { id: third.id, verdict: 'deny' },
      { id: db.id },
      { id: first.id },
    ]);
    expect(results.map((r) => r.id)).toEqual([first, second, own, { id: missing }, third, db, first].map((r) => r.id));
    expect(stateOf(results)).toEqual([
      'approved',
      'wrong-state',
      'own-request',
      'not-found',
      'invalid-input',
      'pending',
      'wrong-state',
    ]);
    expect(results[1]?.problem?.detail).toMatch(/was changed; look at it again/);
    const refused = (await auditsOf(people.uma, 'decision.refused')).slice(before);
    expect(refused.map((e) => e.subject)).toEqual([second, own, { id: missing }, third, first].map((r) => r.id));
    await people.dana.call('requests.cancel', { params: { id: own.id } });
  });

  test('an accident of ours with one is said of that one, and the others stand', async () => {
    const { requests } = await askFor(['web-1', 'web-2', 'web-3']);
    const ids = requests.map((r) => r.id) as [string, string, string];
    const database = await openDatabase(server.address);
    const setNeeds = (needs: string) =>
      database.db.updateTable('requests').set({ requirements: needs }).where('id', '=', ids[1]).execute();
    await setNeeds('7');
    try {
      const { results } = await decide(ids.map((id) => ({ id })));
      expect(stateOf(results)).toEqual(['approved', 'internal', 'approved']);
      expect(results[1]?.problem?.detail).not.toMatch(/map|function|undefined/);
    } finally {
      await setNeeds(JSON.stringify(requests[1]?.needs.map(({ groups, count }) => ({ groups, count }))));
      await database.dispose();
    }
  });

  test('two approvers who decide the same at once give each grant once', async () => {
    const { requests } = await askFor(NAMES.slice(0, 5));
    const decisions = requests.map(({ id }) => ({ id }));
    const both = await Promise.all([decide(decisions), decide(decisions.toReversed(), 'sam')]);
    const approved = both.flatMap(({ results }) => results.filter((r) => r.request?.state === 'approved'));
    expect(approved.map((r) => r.id).toSorted()).toEqual(requests.map((r) => r.id).toSorted());
  });
});
