import { writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../../protocol/errors.ts';
import { startTestBackend, TEST_POLICY, type TestBackend, type TestClient } from '../../support/backend.ts';
import { codeOf, type DemoName, lastAudit, signInAll } from '../requests/people.ts';

const POLICY = `${TEST_POLICY}
standIns: { groups: [platform-admins, engineering] }
`;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let backend: TestBackend;
let people: Record<DemoName, TestClient>;
beforeAll(async () => {
  backend = await startTestBackend({ policy: POLICY });
  people = await signInAll(backend);
});
afterAll(() => backend.dispose());
afterEach(async () => {
  for (const who of ['dana', 'sam'] as const) await codeOf(people[who].call('delegation.end', {}));
});

const WEB = { target: 'web-1', login: 'deploy', durationSeconds: 600, reason: 'a release' };
const DB = { target: 'db-1', login: 'postgres', durationSeconds: 600, reason: 'a slow query' };
const asked = (body = WEB, who: DemoName = 'erin') => people[who].call('requests.create', { body });
const decide = (who: DemoName, id: string, said: object = {}) =>
  people[who].call('requests.decide', { params: { id }, body: { verdict: 'approve', revision: 1, ...said } });
const delegate = (who: DemoName, standIn: DemoName, until = Date.now() + HOUR) =>
  people[who].call('delegation.set', { body: { standIn: people[standIn].id, until } });
const overview = (who: DemoName) => people[who].call('overview.show', {});
const ref = (who: DemoName) => {
  const { id, name, email } = people[who].tokens.person;
  return { id, name, email };
};

describe('asking somebody to take one’s place is refused, and the refusal is written down', () => {
  test.each<[string, DemoName, DemoName | 'nobody', number, ErrorCode]>([
    ['by somebody who approves nothing', 'erin', 'ada', HOUR, 'not-allowed'],
    ['by an admin, who approves nothing by that', 'ada', 'erin', HOUR, 'not-allowed'],
    ['to oneself', 'dana', 'dana', HOUR, 'invalid-input'],
    ['to somebody whom policy does not name', 'dana', 'uma', HOUR, 'not-allowed'],
    ['to another approver whom policy does not name', 'dana', 'sam', HOUR, 'not-allowed'],
    ['to somebody unknown', 'dana', 'nobody', HOUR, 'not-allowed'],
    ['until a time gone by', 'dana', 'ada', -1, 'invalid-input'],
    ['for more than 30 days', 'dana', 'ada', 30 * DAY + 60_000, 'invalid-input'],
  ])('%s', async (_, who, standIn, ahead, code) => {
    const id = standIn === 'nobody' ? 'per_0123456789abcdef' : people[standIn].id;
    const body = { standIn: id, until: Date.now() + ahead };
    expect(await people[who].refusal('delegation.set', { body })).toBe(code);
    expect(await lastAudit(people.uma, 'delegation.refused')).toMatchObject({ actor: people[who].id, code });
    expect((await overview(who)).delegation.mine).toBeNull();
  });

  test('somebody unknown reads like somebody whom policy does not name', async () => {
    const sentence = (standIn: string) =>
      people.dana
        .call('delegation.set', { body: { standIn, until: Date.now() + HOUR } })
        .catch((error: Error) => error.message);
    expect(await sentence('per_0123456789abcdef')).toBe(await sentence(people.uma.id));
  });

  test('by one who only takes another’s place: there are no chains', async () => {
    await delegate('dana', 'ada');
    expect((await overview('ada')).person.duties).toContain('approver');
    expect(await codeOf(delegate('ada', 'erin'))).toBe('not-allowed');
    expect((await overview('ada')).delegation).toEqual({ mine: null, candidates: [] });
  });

  test('where the policy names nobody, with a sentence; what was agreed before is in force no more', async () => {
    await delegate('dana', 'ada');
    const { id } = await asked();
    await writeFile(backend.policyFile, TEST_POLICY);
    await backend.reloadPolicy();
    try {
      expect(await codeOf(decide('ada', id))).toBe('not-found');
      expect((await overview('ada')).person.standsInFor).toEqual([]);
      expect((await overview('dana')).delegation).toEqual({ mine: null, candidates: [] });
      await expect(delegate('dana', 'ada')).rejects.toMatchObject({
        code: 'not-allowed',
        message: 'The policy lets nobody take the place of an approver; ask an admin to allow it.',
      });
    } finally {
      await writeFile(backend.policyFile, POLICY);
      await backend.reloadPolicy();
    }
    expect((await decide('ada', id)).state).toBe('approved');
  });

  test('taking back what nobody has', async () => {
    expect(await codeOf(people.dana.call('delegation.end', {}))).toBe('wrong-state');
    expect(await lastAudit(people.uma, 'delegation.refused')).toMatchObject({ code: 'wrong-state' });
  });
});

describe('who takes an approver’s place', () => {
  test('is offered to approvers only, without themselves', async () => {
    const names = async (who: DemoName) => (await overview(who)).delegation.candidates.map((p) => p.name);
    expect(await names('dana')).toEqual(['Ada Brandt', 'Enzo Rossi', 'Erin Okafor']);
    expect(await names('sam')).toEqual(['Ada Brandt', 'Dana Novak', 'Enzo Rossi', 'Erin Okafor']);
    for (const who of ['erin', 'ada', 'uma'] as const) expect(await names(who)).toEqual([]);
  });

  test('sees what they may decide, is told of it, and both are told when it begins and ends', async () => {
    const before = await asked();
    const [ada, dana] = [await people.ada.events(), await people.dana.events()];
    await Promise.all([ada, dana].map((stream) => stream.until((e) => e.kind === 'heartbeat')));
    const until = Date.now() + HOUR;
    expect(await delegate('dana', 'ada', until)).toEqual({ standIn: ref('ada'), until });
    await Promise.all([ada, dana].map((stream) => stream.until((e) => e.kind === 'access-changed')));
    const seen = await overview('ada');
    expect(seen.person.standsInFor).toEqual([{ person: ref('dana'), groups: ['dba', 'engineering'], until }]);
    expect(seen.requests.map((r) => r.id)).toContain(before.id);
    expect(seen.access, 'asking is not handed on').toEqual([]);
    expect((await overview('dana')).delegation.mine).toEqual({ standIn: ref('ada'), until });
    expect(await lastAudit(people.uma, 'delegation.set')).toMatchObject({
      actor: people.dana.id,
      details: { standIn: people.ada.id, until },
    });
    const later = await asked();
    await ada.until((e) => e.kind === 'request-changed' && e.request.id === later.id);
    expect(await people.ada.call('requests.facts', { params: { id: later.id } })).toMatchObject({
      roleDescription: '',
    });
    const dry = await people.erin.call('requests.dryRun', { body: DB });
    expect(dry.needs.map((need) => need.online.map((p) => p.name))).toEqual([['Dana Novak', 'Ada Brandt'], []]);

    const heard = ada.news.length;
    await people.dana.call('delegation.end', {});
    await expect.poll(() => ada.news.slice(heard).map((e) => e.kind)).toContain('access-changed');
    expect(await lastAudit(people.uma, 'delegation.ended')).toMatchObject({ actor: people.dana.id });
    const after = await overview('ada');
    expect(after.person).toMatchObject({ standsInFor: [], duties: ['admin'] });
    expect(after.requests.filter((r) => r.state === 'pending')).toEqual([]);
    expect(await codeOf(decide('ada', later.id))).toBe('not-found');
    expect(await people.ada.refusal('requests.show', { params: { id: later.id } })).toBe('not-found');
    const unseen = await asked();
    await dana.until((e) => e.kind === 'request-changed' && e.request.id === unseen.id);
    expect(ada.news.some((e) => e.kind === 'request-changed' && e.request.id === unseen.id)).toBe(false);
    for (const stream of [ada, dana]) stream.close();
  });

  test('decides in that name, with those groups, and it says so', async () => {
    await delegate('dana', 'ada');
    const { id } = await asked(DB);
    const half = await decide('ada', id);
    expect(half).toMatchObject({
      state: 'pending',
      needs: [{ have: 1 }, { have: 0 }],
      decisions: [{ approver: ref('ada'), onBehalfOf: ref('dana'), groups: ['dba', 'engineering'] }],
    });
    expect(await lastAudit(people.uma, 'decision.made')).toMatchObject({
      actor: people.ada.id,
      message: expect.stringMatching(/^Ada Brandt, in the place of Dana Novak, approved/),
      details: { onBehalfOf: people.dana.id },
    });
    expect((await decide('sam', id)).state).toBe('approved');
  });

  test('is one voice with the absent approver, whoever speaks first, however often', async () => {
    await delegate('dana', 'ada');
    const first = await asked(DB);
    await decide('ada', first.id);
    expect(await codeOf(decide('dana', first.id))).toBe('already-decided');
    expect(await codeOf(decide('ada', first.id))).toBe('already-decided');
    const second = await asked(DB);
    await decide('dana', second.id);
    expect(await codeOf(decide('ada', second.id))).toBe('already-decided');
    // Somebody else in the same place is the same voice.
    await delegate('dana', 'enzo');
    expect(await codeOf(decide('enzo', first.id))).toBe('already-decided');
    expect(await codeOf(decide('enzo', second.id))).toBe('already-decided');
  });

  test('of two approvers counts once', async () => {
    await delegate('dana', 'ada');
    await delegate('sam', 'ada');
    const { id } = await asked(DB);
    await decide('ada', id);
    expect(await codeOf(decide('ada', id))).toBe('already-decided');
    expect((await people.erin.call('requests.show', { params: { id } })).state).toBe('pending');
    expect((await decide('sam', id)).state).toBe('approved');
  });

  test('uses the place when their own groups bring it no further', async () => {
    await delegate('sam', 'dana');
    const { id } = await asked(DB);
    expect((await decide('dana', id)).decisions).toMatchObject([{ onBehalfOf: null, groups: ['dba', 'engineering'] }]);
    const web = await asked(WEB);
    expect((await decide('dana', web.id)).decisions).toMatchObject([{ onBehalfOf: null }]);
  });

  test('never decides what the absent approver asked, nor what they asked themselves', async () => {
    await delegate('dana', 'ada');
    const ada = await people.ada.events();
    await ada.until((e) => e.kind === 'heartbeat');
    const danas = await asked(WEB, 'dana');
    const other = await asked();
    await ada.until((e) => e.kind === 'request-changed' && e.request.id === other.id);
    expect(ada.news.some((e) => e.kind === 'request-changed' && e.request.id === danas.id)).toBe(false);
    ada.close();
    expect((await overview('ada')).requests.map((r) => r.id)).not.toContain(danas.id);
    expect(await codeOf(decide('ada', danas.id))).toBe('not-found');
    await delegate('dana', 'erin');
    const erins = await asked(WEB, 'erin');
    expect(await codeOf(decide('erin', erins.id))).toBe('own-request');
    expect((await decide('erin', (await asked(WEB, 'enzo')).id)).state).toBe('approved');
  });

  test('does not revoke what they approved: that is not handed on', async () => {
    await delegate('dana', 'enzo');
    const { id } = await asked();
    const { grantId } = await decide('enzo', id);
    const params = { id: grantId ?? '' };
    expect(await people.enzo.refusal('grants.revoke', { params, body: { reason: 'x' } })).toBe('not-found');
    await people.dana.call('grants.revoke', { params, body: { reason: 'x' } });
    expect(
      (await overview('enzo')).requests.map((r) => r.id),
      'what they decided they go on seeing',
    ).toContain(id);
  });

  test('is replaced by the next, who alone takes it then', async () => {
    await delegate('dana', 'ada');
    await delegate('dana', 'enzo');
    const { id } = await asked();
    expect(await codeOf(decide('ada', id))).toBe('not-found');
    expect((await decide('enzo', id)).state).toBe('approved');
  });

  test('has the groups that the absent approver was last seen with, and is told of it', async () => {
    await delegate('dana', 'ada');
    const ada = await people.ada.events();
    await ada.until((e) => e.kind === 'heartbeat');
    const { id } = await asked();
    backend.provider.directory.setGroups('dana', ['engineering']);
    await backend.signIn('dana');
    await ada.until((e) => e.kind === 'access-changed');
    expect(await codeOf(decide('ada', id))).toBe('not-found');
    backend.provider.directory.setGroups('dana', ['dba', 'engineering']);
    await backend.signIn('dana');
    expect((await decide('ada', id)).state).toBe('approved');
    ada.close();
  });
});

describe('when things happen at once', () => {
  test('the absent approver and who takes their place leave one word', async () => {
    await delegate('dana', 'ada');
    for (let round = 0; round < 8; round++) {
      const { id } = await asked(DB);
      const codes = await Promise.all([decide('dana', id), decide('ada', id)].map(codeOf));
      expect(codes.toSorted()).toEqual(['already-decided', 'done']);
      expect((await people.erin.call('requests.show', { params: { id } })).decisions).toHaveLength(1);
    }
  });

  test('a place taken back is taken back: a decision stands before it or not at all', async () => {
    for (let round = 0; round < 8; round++) {
      await delegate('dana', 'ada');
      const { id } = await asked();
      const [decided] = await Promise.all([codeOf(decide('ada', id)), people.dana.call('delegation.end', {})]);
      expect(['done', 'not-found']).toContain(decided);
      const { entries } = await people.uma.call('audit.list', { query: { limit: 1000, after: 0 } });
      const made = entries.find((e) => e.kind === 'decision.made' && e.subject === id);
      const ended = entries.findLast((e) => e.kind === 'delegation.ended');
      expect(made !== undefined).toBe(decided === 'done');
      if (made) expect(made.seq).toBeLessThan(ended?.seq ?? 0);
    }
  });

  test('two who are asked at once: one of them takes the place', async () => {
    await Promise.all([delegate('dana', 'ada'), delegate('dana', 'enzo')]);
    const places = await Promise.all(
      (['ada', 'enzo'] as const).map(async (who) => (await overview(who)).person.standsInFor),
    );
    expect(places.flat()).toHaveLength(1);
  });
});
