import { writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { whyNotToBegin } from '../../../backend/grants/begin.ts';
import type { Grant } from '../../../protocol/model/grant.ts';
import { LENGTHS_POLICY, Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
});
afterAll(() => stage.dispose());

const policyIs = async (text: string): Promise<void> => {
  await writeFile(stage.backend.policyFile, text);
  expect(await stage.backend.reloadPolicy()).toBeUndefined();
};
const groupsAre = async (groups: string[]): Promise<void> => {
  stage.backend.provider.directory.setGroups('erin', groups);
  await stage.backend.signIn('erin');
};
const later = (): Promise<Grant> => stage.given({ startsAt: stage.clock.now() + 30_000 });
const statusOf = async (id: string) => (await stage.grant(id)).status;

const CHANGES: [string, () => Promise<void>, RegExp][] = [
  [
    'the target is gone',
    () => policyIs(LENGTHS_POLICY.replace('name: web-1', 'name: web-2')),
    /target web-1 is no longer in the policy/,
  ],
  [
    'the role is gone',
    () => policyIs(LENGTHS_POLICY.replace('name: staging\n', 'name: other\n')),
    /role staging is no longer in the policy/,
  ],
  [
    'the role covers other targets',
    () => policyIs(LENGTHS_POLICY.replace('{ labels: { env: staging } }', '{ names: [slow-1] }')),
    /role staging no longer covers web-1/,
  ],
  [
    'the role gives another login',
    () => policyIs(LENGTHS_POLICY.replace('logins: [deploy]', 'logins: [root]')),
    /no longer gives the login deploy/,
  ],
  [
    'the role is for other groups',
    () => policyIs(LENGTHS_POLICY.replace('groups: [engineering]', 'groups: [others]')),
    /none of the groups .* role staging/,
  ],
  ['its holder has lost the group', () => groupsAre(['sales']), /none of the groups .* role staging/],
];

describe('access that was approved for later', () => {
  afterEach(async () => {
    await policyIs(LENGTHS_POLICY);
    await groupsAre(['engineering']);
  });

  test.each(CHANGES)(
    'ends at its beginning when %s by then, which is said and written down',
    async (_, change, note) => {
      const stream = await stage.people.dana.events();
      await stream.until((event) => event.kind === 'heartbeat');
      const { id } = await later();
      await change();
      expect(await statusOf(id), 'not before').toEqual({ state: 'scheduled' });
      stage.clock.forward(30_500);
      const ended = await stream.until(
        (e) => e.kind === 'grant-changed' && e.grant.id === id && e.grant.status.state === 'ended',
      );
      expect(ended).toMatchObject({
        grant: { status: { reason: 'revoked', by: null, note: expect.stringMatching(note) } },
      });
      expect(await stage.audit(id, 'grant.ended')).toMatchObject([
        { actor: 'backend', details: { reason: 'revoked', note: expect.stringMatching(note) } },
      ]);
      expect(await stage.audit(id, 'grant.started')).toEqual([]);
      stream.close();
    },
  );

  test.each(CHANGES)('has no certificate ahead of that when %s', async (_, change) => {
    const { id } = await later();
    await change();
    stage.clock.forward(30_500);
    await expect(stage.certify(id)).rejects.toMatchObject({ code: 'grant-not-live' });
    expect(await statusOf(id)).toMatchObject({ state: 'ended', reason: 'revoked', by: null });
    expect(await stage.audit(id, 'grant.ended')).toHaveLength(1);
  });

  test('begins, once, when its certificate is asked for ahead of the sweep', async () => {
    const { id } = await later();
    stage.clock.forward(30_500);
    await Promise.all([stage.certify(id), stage.certify(id)]);
    expect(await stage.audit(id, 'grant.started')).toHaveLength(1);
  });

  test('begins when only the length or the approvals of its role have changed', async () => {
    const { id } = await later();
    await policyIs(LENGTHS_POLICY.replace('maxDuration: 10m', 'maxDuration: 1s').replace('[dba] }, {', '[x] }, {'));
    stage.clock.forward(30_500);
    await stage.certify(id);
    expect(await statusOf(id)).toEqual({ state: 'live' });
  });

  test('that has begun goes on when the group is lost', async () => {
    const { id } = await later();
    stage.clock.forward(30_500);
    await stage.certify(id);
    await groupsAre(['sales']);
    await stage.certify(id);
    expect(await statusOf(id)).toEqual({ state: 'live' });
  });
});

test('a policy without anything lets nothing begin', () => {
  const grant = { target: { name: 'a', description: '', labels: {}, via: 'gateway' }, role: 'r', login: 'l' } as const;
  expect(whyNotToBegin(grant, { targets: [], roles: [] }, { groups: ['g'] })).toBeDefined();
});
