import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../../protocol/errors.ts';
import type { AccessRequest } from '../../../protocol/model/request.ts';
import { startTestBackend, type TestBackend, type TestClient } from '../../support/backend.ts';
import { codeOf, type DemoName, lastAudit, signInAll } from './people.ts';

/** One target, two logins, each with approvers of its own; and one that two groups decide. */
const POLICY = `
version: 1
duties: { auditors: [audit] }
targets:
  - { name: web-1, address: 127.0.0.1, port: 9, labels: { env: staging }, hostKeys: [ssh-ed25519 AAAA] }
  - { name: db-1, address: 127.0.0.1, port: 9, labels: { env: production }, hostKeys: [ssh-ed25519 AAAA] }
roles:
  - name: work
    requesters: { groups: [engineering] }
    targets: { labels: { env: staging } }
    logins: [deploy]
    maxDuration: 1h
    approvals: [{ groups: [dba] }]
  - name: repair
    requesters: { groups: [engineering] }
    targets: { labels: { env: staging } }
    logins: [root]
    maxDuration: 10m
    ticket: required
    drain: 5m
    approvals: [{ groups: [security] }]
  - name: production
    requesters: { groups: [engineering] }
    targets: { labels: { env: production } }
    logins: [deploy]
    maxDuration: 1h
    approvals: [{ groups: [dba] }, { groups: [security] }]
`;

let backend: TestBackend;
let people: Record<DemoName, TestClient>;
beforeAll(async () => {
  backend = await startTestBackend({ policy: POLICY });
  people = await signInAll(backend);
});
afterAll(() => backend.dispose());

const WEB = { target: 'web-1', login: 'deploy', durationSeconds: 600, reason: 'a release' };
const CHANGED = { login: 'deploy', durationSeconds: 900, reason: 'a longer release' };
const asked = (target = 'web-1', who: DemoName = 'erin') =>
  people[who].call('requests.create', { body: { ...WEB, target } });
const amend = (id: string, body: object = CHANGED, who: DemoName = 'erin') =>
  people[who].call('requests.amend', { params: { id }, body: body as typeof CHANGED });
const approve = (who: DemoName, id: string, revision: number) =>
  people[who].call('requests.decide', { params: { id }, body: { verdict: 'approve', revision } });
const show = (id: string) => people.erin.call('requests.show', { params: { id } });

describe('changing a request is refused, the refusal is written down, and the request stays as it was', () => {
  test.each<[string, DemoName, object, ErrorCode]>([
    ['by its approver', 'dana', CHANGED, 'not-allowed'],
    ['by a colleague', 'enzo', CHANGED, 'not-found'],
    ['by an admin', 'ada', CHANGED, 'not-found'],
    ['to more than the role gives', 'erin', { ...CHANGED, durationSeconds: 3601 }, 'invalid-input'],
    ['to no reason', 'erin', { ...CHANGED, reason: ' ' }, 'invalid-input'],
    ['to a login of nobody', 'erin', { ...CHANGED, login: 'nobody' }, 'not-allowed'],
    ['to another role without its ticket', 'erin', { ...CHANGED, login: 'root', durationSeconds: 60 }, 'invalid-input'],
    ['to a start gone by', 'erin', { ...CHANGED, startsAt: 1 }, 'invalid-input'],
    ['to another target', 'erin', { ...CHANGED, target: 'db-1' }, 'invalid-input'],
  ])('%s', async (_, who, body, code) => {
    const request = await asked();
    expect(await codeOf(amend(request.id, body, who))).toBe(code);
    expect(await lastAudit(people.uma, 'request.refused')).toMatchObject({
      subject: request.id,
      actor: people[who].id,
      code,
    });
    expect(await show(request.id)).toEqual(request);
  });

  test.each(['approved', 'denied', 'cancelled'])('when it is %s already', async (state) => {
    const { id } = await asked();
    if (state === 'approved') await approve('dana', id, 1);
    if (state === 'denied')
      await people.dana.call('requests.decide', {
        params: { id },
        body: { verdict: 'deny', revision: 1, reason: 'no' },
      });
    if (state === 'cancelled') await people.erin.call('requests.cancel', { params: { id } });
    expect(await codeOf(amend(id))).toBe('wrong-state');
  });

  test('when it asks for more time on what one has', async () => {
    const { grantId } = await approve('dana', (await asked()).id, 1);
    const extension = await people.erin.call('grants.extend', {
      params: { id: grantId ?? '' },
      body: { durationSeconds: 60, reason: 'nearly there' },
    });
    expect(await codeOf(amend(extension.id))).toBe('wrong-state');
    expect((await show(extension.id)).revision).toBe(1);
  });
});

describe('a changed request', () => {
  test('is the next revision, lapses when it would have, and the log has both', async () => {
    const request = await asked();
    const changed = await amend(request.id, { ...CHANGED, endsWithSession: true, reason: ' a longer release ' });
    expect(changed).toEqual({
      ...request,
      ...CHANGED,
      revision: 2,
      endsWithSession: true,
    });
    expect(await lastAudit(people.uma, 'request.amended')).toMatchObject({
      subject: request.id,
      actor: people.erin.id,
      details: {
        revision: 2,
        before: { durationSeconds: 600, reason: 'a release', endsWithSession: false },
        after: { durationSeconds: 900, reason: 'a longer release', endsWithSession: true },
      },
    });
  });

  test('has no approvals any more; who approved it decides again', async () => {
    const { id } = await asked('db-1');
    await approve('dana', id, 1);
    expect(await amend(id)).toMatchObject({ decisions: [], needs: [{ have: 0 }, { have: 0 }] });
    expect((await approve('sam', id, 2)).state).toBe('pending');
    const whole = await approve('dana', id, 2);
    expect(whole).toMatchObject({ state: 'approved', durationSeconds: 900, decisions: [{}, {}] });
    const { entries } = await people.uma.call('audit.list', { query: { limit: 1000 } });
    const said = entries.filter((e) => e.kind === 'decision.made' && e.subject === id);
    expect(said.map((e) => e.details.revision)).toEqual([1, 2, 2]);
  });

  test('cannot be decided by who saw it as it was, and says so', async () => {
    const { id } = await asked();
    await amend(id);
    await expect(approve('dana', id, 1)).rejects.toMatchObject({
      code: 'wrong-state',
      message: 'This request was changed; look at it again before you decide.',
    });
    expect(await lastAudit(people.uma, 'decision.refused')).toMatchObject({ subject: id, code: 'wrong-state' });
    expect(await show(id)).toMatchObject({ state: 'pending', revision: 2, decisions: [] });
  });

  test('goes to the approvers of the role it is for now; the others are told to look again', async () => {
    const request = await asked();
    const [dana, sam] = [await people.dana.events(), await people.sam.events()];
    await Promise.all([dana, sam].map((stream) => stream.until((e) => e.kind === 'heartbeat')));
    const { id } = await amend(request.id, { ...CHANGED, login: 'root', durationSeconds: 60, ticket: 'T-1' });
    const heard = await sam.until((e) => e.kind === 'request-changed' && e.request.id === id);
    expect(heard).toMatchObject({ request: { role: 'repair', revision: 2, login: 'root', ticket: 'T-1' } });
    await dana.until((e) => e.kind === 'access-changed');
    expect(dana.news.filter((e) => e.kind === 'request-changed')).toEqual([]);
    expect((await people.dana.call('overview.show', {})).requests.map((r) => r.id)).not.toContain(id);
    expect(await codeOf(approve('dana', id, 2))).toBe('not-found');
    expect(await approve('sam', id, 2)).toMatchObject({ state: 'approved' });
    const { grants } = await people.erin.call('overview.show', {});
    expect(grants.find((g) => g.requestId === id)).toMatchObject({ role: 'repair', drainSeconds: 300 });
    for (const stream of [dana, sam]) stream.close();
  });
});

describe('when a change and a decision come at once', () => {
  const outcomeOf = (settled: PromiseSettledResult<AccessRequest>): string =>
    settled.status === 'fulfilled' ? 'done' : String((settled.reason as { code?: string }).code);

  test('one of them is refused, and nothing is approved that its approver did not see', async () => {
    const seen = new Set<string>();
    for (let round = 0; round < 12; round++) {
      const { id } = await asked();
      const acts = [() => approve('dana', id, 1), () => amend(id)];
      const order = round % 2 === 0 ? acts : acts.toReversed();
      const outcomes = (await Promise.allSettled(order.map((act) => act()))).map(outcomeOf);
      expect(outcomes.toSorted()).toEqual(['done', 'wrong-state']);
      const after = await show(id);
      if (after.state === 'approved') expect(after).toMatchObject({ revision: 1, durationSeconds: 600 });
      else expect(after).toMatchObject({ state: 'pending', revision: 2, grantId: null, decisions: [] });
      seen.add(after.state);
    }
    expect(seen.size, 'both orders came up').toBe(2);
  });

  test('two approvers of two revisions give nothing, two of the same give one grant', async () => {
    for (let round = 0; round < 6; round++) {
      const { id } = await asked('db-1');
      await amend(id);
      const mixed = await Promise.allSettled([approve('dana', id, 1), approve('sam', id, 2)]);
      expect(mixed.map(outcomeOf)).toEqual(['wrong-state', 'done']);
      await amend(id, { ...CHANGED, durationSeconds: 120 });
      await Promise.all([approve('dana', id, 3), approve('sam', id, 3)]);
      expect(await show(id)).toMatchObject({ state: 'approved', revision: 3, durationSeconds: 120 });
      const { grants } = await people.erin.call('overview.show', {});
      const given = grants.filter((g) => g.requestId === id);
      expect(given.map((g) => g.endsAt - g.startsAt)).toEqual([120_000]);
    }
  });
});
