import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../../protocol/errors.ts';
import type { BackendEvent } from '../../../protocol/events.ts';
import { LENGTHS_POLICY, Stage, type Who } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
});
afterAll(() => stage.dispose());

const refusalOf = (attempt: Promise<unknown>): Promise<ErrorCode> =>
  attempt.then(
    () => Promise.reject(new Error('It was not refused.')),
    (error: { code: ErrorCode }) => error.code,
  );

async function withPolicy(text: string, act: () => Promise<void>): Promise<void> {
  await writeFile(stage.backend.policyFile, text);
  expect(await stage.backend.reloadPolicy()).toBeUndefined();
  try {
    await act();
  } finally {
    await writeFile(stage.backend.policyFile, LENGTHS_POLICY);
    expect(await stage.backend.reloadPolicy()).toBeUndefined();
  }
}

describe('asking for more time', () => {
  test('makes a request for the same thing, with the same approvals, that lapses with the grant at the latest', async () => {
    const grant = await stage.given();
    expect(grant.extension).toEqual({ maxSeconds: 600, left: 2 });
    const request = await stage.more(grant.id, { durationSeconds: 120, reason: ' not done ' });
    expect(request).toMatchObject({
      ...{ extendsGrantId: grant.id, state: 'pending', revision: 1, durationSeconds: 120, reason: 'not done' },
      ...{ target: { name: 'web-1' }, login: 'deploy', role: 'staging', lapsesAt: grant.endsAt, grantId: null },
      needs: [{ groups: ['dba'] }, { groups: ['security'] }],
    });
    expect(await stage.audit(request.id, 'request.created')).toMatchObject([{ details: { extends: grant.id } }]);
    const { requests } = await stage.people.dana.call('overview.show', {});
    expect(requests.map((r) => r.id)).toContain(request.id);
  });

  test.each<[string, Who]>([
    ['a colleague', 'enzo'],
    ['an approver', 'dana'],
    ['an admin', 'ada'],
  ])('is not for %s', async (_, who) => {
    const { id } = await stage.given();
    expect(await refusalOf(stage.more(id, {}, who))).toBe('not-found');
    expect(await stage.audit(id, 'request.refused')).toMatchObject([
      { actor: stage.people[who].id, code: 'not-found', details: { durationSeconds: 300 } },
    ]);
  });

  test.each<[string, () => Promise<unknown>, ErrorCode]>([
    [
      'for longer than the role gives',
      async () => stage.more((await stage.given()).id, { durationSeconds: 601 }),
      'invalid-input',
    ],
    [
      'without the reason that the role wants',
      async () => stage.more((await stage.given()).id, { reason: ' ' }),
      'invalid-input',
    ],
    ['for a role that gives none', async () => stage.more((await stage.given({ target: 'once-1' })).id), 'wrong-state'],
    ['of what does not exist', () => stage.more('gra_nothing0000'), 'not-found'],
    [
      'of what was released',
      async () => {
        const { id } = await stage.given();
        await stage.people.erin.call('grants.release', { params: { id } });
        return stage.more(id);
      },
      'grant-not-live',
    ],
    [
      'of what has not begun',
      async () => stage.more((await stage.given({ startsAt: stage.clock.now() + 3_600_000 })).id),
      'grant-not-live',
    ],
    [
      'of what only drains',
      async () => {
        const { id } = await stage.given({ target: 'slow-1', durationSeconds: 30 });
        stage.clock.forward(31_000);
        return stage.more(id);
      },
      'grant-not-live',
    ],
    [
      'a second time, while the first waits',
      async () => {
        const { id } = await stage.given();
        await stage.more(id);
        return stage.more(id);
      },
      'wrong-state',
    ],
  ])('%s is refused', async (_, ask, code) => {
    expect(await refusalOf(ask())).toBe(code);
  });

  test.each<[string, string]>([
    ['the role is gone', LENGTHS_POLICY.replace('name: staging\n', 'name: other\n')],
    ['the role is not this person’s any more', LENGTHS_POLICY.replace('engineering', 'somebody-else')],
    ['the role gives another login', LENGTHS_POLICY.replace('logins: [deploy]', 'logins: [root]')],
    ['the role covers other targets', LENGTHS_POLICY.replace('{ labels: { env: staging } }', '{ names: [slow-1] }')],
    ['the role gives less now', LENGTHS_POLICY.replace('maxDuration: 10m', 'maxDuration: 1m')],
    ['the role gives no more now', LENGTHS_POLICY.replace('maxExtensions: 2', 'maxExtensions: 0')],
    ['the role gives no files now', LENGTHS_POLICY.replace('ticket: optional', 'session: { sftp: false }')],
    ['the role ends sessions at a locked screen now', LENGTHS_POLICY.replace('ticket: optional', 'onScreenLock: end')],
  ])('is refused when %s', async (_, policy) => {
    const { id } = await stage.given();
    await withPolicy(policy, async () => {
      expect(await refusalOf(stage.more(id))).toMatch(/^(not-found|not-allowed|invalid-input|wrong-state)$/);
    });
    await stage.more(id);
  });

  test('is refused when the role lets sessions drain for less than it did', async () => {
    const { id } = await stage.given({ target: 'slow-1' });
    await withPolicy(LENGTHS_POLICY.replace('drain: 60s', 'drain: 59s'), async () => {
      expect(await refusalOf(stage.more(id))).toBe('wrong-state');
    });
    await stage.more(id);
  });

  test('wants the approvals of today', async () => {
    const { id } = await stage.given();
    const policy = LENGTHS_POLICY.replace(
      'approvals: [{ groups: [dba] }, { groups: [security] }]',
      'approvals: [{ groups: [platform-admins] }]',
    );
    await withPolicy(policy, async () => {
      expect((await stage.more(id)).needs).toMatchObject([{ groups: ['platform-admins'] }]);
    });
  });

  test('twice at once, one is asked', async () => {
    const { id } = await stage.given();
    const answers = await Promise.allSettled([stage.more(id), stage.more(id), stage.more(id)]);
    expect(answers.filter((a) => a.status === 'fulfilled')).toHaveLength(1);
  });
});

describe('an extension that is approved', () => {
  test('moves the end by what was approved, and says so to everybody concerned', async () => {
    const { erin, ada } = stage.people;
    const before = await stage.given();
    const streams = [await erin.events(), await ada.events()];
    for (const stream of streams) await stream.until((event) => event.kind === 'heartbeat');
    const decided = await stage.approve(await stage.more(before.id), 120);
    expect(decided).toMatchObject({ state: 'approved', grantId: before.id });
    const after = await stage.grant(before.id);
    expect(after).toMatchObject({ endsAt: before.endsAt + 120_000, startsAt: before.startsAt, extension: { left: 1 } });
    const moved = (event: BackendEvent) => event.kind === 'grant-changed' && event.grant.endsAt === after.endsAt;
    for (const stream of streams) {
      expect(await stream.until(moved)).toMatchObject({ grant: { id: before.id, status: { state: 'live' } } });
      stream.close();
    }
    expect(await stage.audit(before.id, 'grant.extended')).toMatchObject([
      { details: { request: decided.id, durationSeconds: 120, endedAt: before.endsAt, endsAt: after.endsAt } },
    ]);
  });

  test('counts, until none is left', async () => {
    const { id } = await stage.given();
    for (const left of [{ maxSeconds: 600, left: 1 }, null]) {
      await stage.approve(await stage.more(id));
      expect((await stage.grant(id)).extension).toEqual(left);
    }
    expect(await refusalOf(stage.more(id))).toBe('wrong-state');
  });

  test('gives certificates up to the new end, and no longer', async () => {
    const { id, endsAt } = await stage.given({ durationSeconds: 30 });
    expect((await stage.certify(id)).validBefore).toBeLessThanOrEqual(endsAt);
    await stage.approve(await stage.more(id, { durationSeconds: 60 }));
    const { validBefore } = await stage.certify(id);
    expect(validBefore).toBeGreaterThan(endsAt);
    expect(validBefore).toBeLessThanOrEqual(endsAt + 60_000);
  });

  test('leaves the grant alive past its first end, and ended after its new one', async () => {
    const { id } = await stage.given({ durationSeconds: 30 });
    await stage.approve(await stage.more(id, { durationSeconds: 30 }));
    stage.clock.forward(31_000);
    await stage.certify(id);
    stage.clock.forward(30_000);
    await expect
      .poll(async () => (await stage.grant(id)).status, { timeout: 5_000 })
      .toMatchObject({ reason: 'expired' });
    expect(await stage.audit(id, 'grant.ended')).toHaveLength(1);
  });
});

describe('an extension that nobody can give any more', () => {
  test.each<[string, Who, 'grants.release' | 'grants.revoke']>([
    ['released', 'erin', 'grants.release'],
    ['revoked', 'dana', 'grants.revoke'],
  ])('lapses when the access is %s', async (_, who, name) => {
    const { id } = await stage.given();
    const request = await stage.more(id);
    const call = { params: { id }, body: { reason: 'enough' } };
    await stage.people[who].call(name, call);
    const after = await stage.people.erin.call('requests.show', { params: { id: request.id } });
    expect(after.state).toBe('lapsed');
    expect(await stage.audit(request.id, 'request.lapsed')).toMatchObject([{ details: { grant: id } }]);
    expect(await refusalOf(stage.approve(request))).toBe('wrong-state');
  });

  test('lapses at the end of the grant', async () => {
    const { id } = await stage.given({ durationSeconds: 30 });
    const request = await stage.more(id);
    stage.clock.forward(31_000);
    expect(await refusalOf(stage.approve(request))).toMatch(/wrong-state|grant-not-live/);
    const state = async () => (await stage.people.erin.call('requests.show', { params: { id: request.id } })).state;
    await expect.poll(state, { timeout: 5_000 }).toBe('lapsed');
    expect(await stage.audit(request.id, 'request.lapsed')).toHaveLength(1);
  });

  test('does not move the end of what is revoked in the same moment', async () => {
    for (let i = 0; i < 8; i++) {
      const grant = await stage.given({ target: 'slow-1' });
      const request = await stage.more(grant.id);
      const [, approved] = await Promise.allSettled([
        stage.people.sam.call('grants.revoke', { params: { id: grant.id }, body: { reason: 'x' } }),
        stage.approve(request),
      ]);
      const after = await stage.grant(grant.id);
      expect(after.status.state).toBe('ended');
      const { state } = await stage.people.erin.call('requests.show', { params: { id: request.id } });
      const happened = approved?.status === 'fulfilled';
      expect(state).toBe(happened ? 'approved' : 'lapsed');
      expect(after.endsAt).toBe(grant.endsAt + (happened ? 300_000 : 0));
      expect(await stage.audit(grant.id, 'grant.extended')).toHaveLength(happened ? 1 : 0);
    }
  });
});
