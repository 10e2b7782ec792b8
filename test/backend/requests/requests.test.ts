import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../../protocol/errors.ts';
import type { AuditKind } from '../../../protocol/model/audit.ts';
import { startTestBackend, TEST_POLICY, type TestBackend, type TestClient } from '../../support/backend.ts';

type Who = 'erin' | 'enzo' | 'dana' | 'sam' | 'uma' | 'ada';
let backend: TestBackend;
const people = {} as Record<Who, TestClient>;
beforeAll(async () => {
  backend = await startTestBackend();
  for (const who of ['erin', 'enzo', 'dana', 'sam', 'uma', 'ada'] as const) people[who] = await backend.signIn(who);
});
afterAll(() => backend.dispose());

const WEB = { target: 'web-1', login: 'deploy', durationSeconds: 600, reason: 'a release' };
const DB = { target: 'db-1', login: 'postgres', durationSeconds: 600, reason: 'a slow query' };

const asked = (who: Who = 'erin', body = WEB) => people[who].call('requests.create', { body });
const word = (said: object) => ({ revision: 1, ...said }) as { verdict: 'approve'; revision: number };
const decide = (who: Who, id: string, said: object = { verdict: 'approve' }) =>
  people[who].call('requests.decide', { params: { id }, body: word(said) });
const refusedDecision = (who: Who, id: string, said: object = { verdict: 'approve' }) =>
  people[who].refusal('requests.decide', { params: { id }, body: word(said) });

async function lastAudit(kind: AuditKind) {
  const { entries } = await people.uma.call('audit.list', { query: { limit: 1000 } });
  return entries.filter((entry) => entry.kind === kind).at(-1);
}

describe('asking is refused, and the refusal is written down', () => {
  test.each<[string, Who, object, ErrorCode, string]>([
    [
      'a target that is not there',
      'erin',
      { target: 'nope' },
      'not-found',
      'There is no target "nope" that you may ask for.',
    ],
    ['somebody whom no role lets ask', 'sam', {}, 'not-found', 'There is no target "web-1" that you may ask for.'],
    ['an admin', 'ada', {}, 'not-found', 'There is no target "web-1" that you may ask for.'],
    [
      'a login of other targets',
      'erin',
      { login: 'postgres' },
      'not-allowed',
      'You may not ask for the login "postgres" on web-1; you may ask for deploy.',
    ],
    [
      'root',
      'erin',
      { login: 'root' },
      'not-allowed',
      'You may not ask for the login "root" on web-1; you may ask for deploy.',
    ],
    ['too long', 'erin', { durationSeconds: 3601 }, 'invalid-input', 'The role staging gives at most 1 h.'],
    ['no reason', 'erin', { reason: '  ' }, 'invalid-input', 'The role staging wants a reason.'],
    [
      'a role of other targets',
      'erin',
      { role: 'production' },
      'not-allowed',
      'The role "production" does not give you web-1.',
    ],
    [
      'a role whose name would break the text of the log',
      'erin',
      { role: '\\u0000' },
      'not-allowed',
      'The role "\\u0000" does not give you web-1.',
    ],
    [
      'a reason that cannot be kept',
      'erin',
      { reason: 'a\0b' },
      'invalid-input',
      '"reason" is not valid: must not hold the character U+0000.',
    ],
  ])('%s', async (_, who, changes, code, message) => {
    const body = { ...WEB, ...changes };
    await expect(people[who].call('requests.create', { body })).rejects.toMatchObject({ code, message });
    expect(await lastAudit('request.refused')).toMatchObject({
      outcome: 'refused',
      actor: people[who].id,
      code,
      message,
    });
  });

  test('the dry run says the same and writes nothing', async () => {
    const before = await lastAudit('request.refused');
    expect(await people.erin.refusal('requests.dryRun', { body: { ...WEB, login: 'root' } })).toBe('not-allowed');
    expect(await lastAudit('request.refused')).toEqual(before);
  });
});

describe('deciding is refused, and the refusal is written down', () => {
  test.each<[string, Who, Who, object, object, ErrorCode]>([
    ['one’s own request, though in an approving group', 'dana', 'dana', WEB, { verdict: 'approve' }, 'own-request'],
    ['denying one’s own request', 'dana', 'dana', WEB, { verdict: 'deny', reason: 'no' }, 'own-request'],
    ['a colleague who is no approver', 'erin', 'enzo', WEB, { verdict: 'approve' }, 'not-found'],
    ['an auditor', 'erin', 'uma', WEB, { verdict: 'approve' }, 'not-found'],
    ['an admin', 'erin', 'ada', WEB, { verdict: 'approve' }, 'not-found'],
    ['a denial without a reason', 'erin', 'dana', WEB, { verdict: 'deny' }, 'invalid-input'],
    ['more than was asked for', 'erin', 'dana', WEB, { verdict: 'approve', durationSeconds: 601 }, 'invalid-input'],
    ['neither yes nor no', 'erin', 'dana', WEB, { verdict: 'maybe' }, 'invalid-input'],
    ['for nothing', 'erin', 'dana', WEB, { verdict: 'approve', durationSeconds: 0 }, 'invalid-input'],
  ])('%s', async (_, requester, approver, body, decision, code) => {
    const request = await asked(requester, body as typeof WEB);
    expect(await refusedDecision(approver, request.id, decision)).toBe(code);
    expect(await lastAudit('decision.refused')).toMatchObject({
      subject: request.id,
      actor: people[approver].id,
      code,
    });
    const after = await people[requester].call('requests.show', { params: { id: request.id } });
    expect(after).toEqual(request);
  });

  test('twice', async () => {
    const request = await asked('erin', DB);
    await decide('dana', request.id);
    expect(await refusedDecision('dana', request.id)).toBe('already-decided');
    expect(await refusedDecision('dana', request.id, { verdict: 'deny', reason: 'on second thought' })).toBe(
      'already-decided',
    );
  });

  test.each(['approved', 'denied', 'cancelled'])('what is %s already', async (state) => {
    const request = await asked();
    if (state === 'approved') await decide('dana', request.id);
    if (state === 'denied') await decide('dana', request.id, { verdict: 'deny', reason: 'no' });
    if (state === 'cancelled') await people.erin.call('requests.cancel', { params: { id: request.id } });
    expect(await refusedDecision('sam', request.id)).toBe('wrong-state');
    expect(await people.erin.refusal('requests.cancel', { params: { id: request.id } })).toBe('wrong-state');
  });

  test('a request that is not there, in the words for one that is none of their business', async () => {
    const said = (who: Who, id: string) =>
      people[who].call('requests.decide', { params: { id }, body: word({ verdict: 'approve' }) }).then(
        () => 'decided',
        (error: Error) => error.message,
      );
    const request = await asked();
    expect(await refusedDecision('dana', 'req_0123456789abcdef')).toBe('not-found');
    expect(await said('enzo', request.id)).toBe(await said('enzo', 'req_0123456789abcdef'));
    expect(await said('enzo', request.id)).toBe('There is no such request, or it is not for you to see.');
  });
});

describe('when many decide at once', () => {
  test('one person’s word counts once, and one grant is given', async () => {
    const request = await asked();
    const answers = await Promise.allSettled(Array.from({ length: 8 }, () => decide('dana', request.id)));
    expect(answers.filter((a) => a.status === 'fulfilled')).toHaveLength(1);
    const after = await people.erin.call('requests.show', { params: { id: request.id } });
    expect(after.decisions).toHaveLength(1);
    const { grants } = await people.erin.call('overview.show', {});
    expect(grants.filter((grant) => grant.requestId === request.id)).toHaveLength(1);
  });

  test('two groups at the same moment give one grant', async () => {
    for (let round = 0; round < 8; round++) {
      const request = await asked('erin', DB);
      await Promise.all([decide('dana', request.id), decide('sam', request.id)]);
      const after = await people.erin.call('requests.show', { params: { id: request.id } });
      expect(after).toMatchObject({ state: 'approved', needs: [{ have: 1 }, { have: 1 }] });
    }
  });

  test('a yes, a no and a change of mind at the same moment leave one outcome', async () => {
    for (let round = 0; round < 8; round++) {
      const request = await asked();
      await Promise.allSettled([
        decide('dana', request.id),
        decide('sam', request.id, { verdict: 'deny', reason: 'no' }),
        people.erin.call('requests.cancel', { params: { id: request.id } }),
      ]);
      const after = await people.erin.call('requests.show', { params: { id: request.id } });
      expect(after.state).not.toBe('pending');
      expect(after.grantId !== null).toBe(after.state === 'approved');
      expect(after.decisions).toHaveLength(after.state === 'cancelled' ? 0 : 1);
    }
  });
});

describe('what people see', () => {
  test('a stranger sees neither the request nor that it is there; the look is written down', async () => {
    const request = await asked();
    for (const who of ['enzo', 'uma', 'ada'] as const) {
      expect(await people[who].refusal('requests.show', { params: { id: request.id } })).toBe('not-found');
      expect((await people[who].call('overview.show', {})).requests.map((r) => r.id)).not.toContain(request.id);
      expect(await lastAudit('access.refused')).toMatchObject({ actor: people[who].id, subject: request.id });
      expect(await people[who].refusal('requests.cancel', { params: { id: request.id } })).toBe('not-found');
    }
  });

  test('those who may decide and the one who asked see the same', async () => {
    const request = await asked();
    for (const who of ['erin', 'dana', 'sam'] as const) {
      expect(await people[who].call('requests.show', { params: { id: request.id } })).toEqual(request);
      expect((await people[who].call('overview.show', {})).requests).toContainEqual(request);
    }
  });

  test('an approver may not take back somebody else’s request', async () => {
    const request = await asked();
    expect(await people.dana.refusal('requests.cancel', { params: { id: request.id } })).toBe('not-allowed');
  });

  test('nobody sees addresses or host keys of targets', async () => {
    const overview = JSON.stringify(await people.erin.call('overview.show', {}));
    expect(overview).not.toMatch(/127\.0\.0\.1|ssh-ed25519|hostKeys/);
  });

  test('each sees the targets that policy lets them ask for', async () => {
    const names = async (who: Who) =>
      (await people[who].call('overview.show', {})).access.map((a) => [a.target.name, a.options.map((o) => o.role)]);
    expect(await names('erin')).toEqual([
      ['web-1', ['staging']],
      ['db-1', ['production']],
    ]);
    for (const who of ['sam', 'uma', 'ada'] as const) expect(await names(who)).toEqual([]);
  });
});

test('a request keeps the rules it was asked under, whatever the policy says later', async () => {
  const request = await asked('erin', DB);
  await writeFile(
    backend.policyFile,
    TEST_POLICY.replace(
      'approvals: [{ groups: [dba] }, { groups: [security] }]',
      'approvals: [{ groups: [engineering] }]',
    ),
  );
  await backend.reloadPolicy();
  expect(await refusedDecision('enzo', request.id)).toBe('not-found');
  await decide('dana', request.id);
  expect((await decide('sam', request.id)).state).toBe('approved');
  await writeFile(backend.policyFile, TEST_POLICY);
  await backend.reloadPolicy();
});

test('somebody who waits for too many answers is asked to take some back', async () => {
  for (;;) {
    const waiting = (await people.enzo.call('overview.show', {})).requests.filter(
      (r) => r.requester.id === people.enzo.id,
    );
    if (waiting.length >= 50) break;
    await asked('enzo');
  }
  expect(await people.enzo.refusal('requests.create', { body: WEB })).toBe('too-many-requests');
});
