import { expect, test } from 'vitest';
import { approvalProgress } from '../../../protocol/model/approval.ts';

const dba = { groups: ['dba'], count: 1 };
const security = { groups: ['security'], count: 1 };
const either = { groups: ['dba', 'security'], count: 1 };
const two = { groups: ['dba', 'security'], count: 2 };

test.each([
  ['nobody', [dba], [], { met: false, have: [0] }],
  ['a stranger', [dba], [['x', 'sales']], { met: false, have: [0] }],
  ['somebody without groups', [dba], [['x']], { met: false, have: [0] }],
  ['the one wanted', [dba], [['a', 'dba']], { met: true, have: [1] }],
  [
    'one person of two groups fills one slot, not two',
    [dba, security],
    [['a', 'dba', 'security']],
    { met: false, have: [1, 0] },
  ],
  [
    'the same person twice is one',
    [two],
    [
      ['a', 'dba'],
      ['a', 'dba'],
    ],
    { met: false, have: [1] },
  ],
  [
    'the same person in two groups twice is one',
    [dba, security],
    [
      ['a', 'dba'],
      ['a', 'security'],
    ],
    { met: false, have: [0, 1] },
  ],
  [
    'two of one group do not stand for two groups',
    [dba, security],
    [
      ['a', 'dba'],
      ['b', 'dba'],
    ],
    { met: false, have: [1, 0] },
  ],
  [
    'one of each',
    [dba, security],
    [
      ['a', 'dba'],
      ['b', 'security'],
    ],
    { met: true, have: [1, 1] },
  ],
  [
    'the flexible one makes room, whoever came first',
    [dba, security],
    [
      ['a', 'dba', 'security'],
      ['b', 'dba'],
    ],
    { met: true, have: [1, 1] },
  ],
  [
    'the flexible one makes room in the other order',
    [dba, security],
    [
      ['b', 'dba'],
      ['a', 'dba', 'security'],
    ],
    { met: true, have: [1, 1] },
  ],
  [
    'a chain of three moves up',
    [dba, either, security],
    [
      ['a', 'dba', 'security'],
      ['b', 'dba'],
      ['c', 'dba'],
    ],
    { met: true, have: [1, 1, 1] },
  ],
  [
    'a chain that cannot move stays unmet',
    [dba, security],
    [
      ['a', 'dba'],
      ['b', 'dba'],
      ['c', 'dba'],
    ],
    { met: false, have: [1, 0] },
  ],
  ['one of two', [two], [['a', 'dba']], { met: false, have: [1] }],
  [
    'two of two',
    [two],
    [
      ['a', 'dba'],
      ['b', 'security'],
    ],
    { met: true, have: [2] },
  ],
  [
    'more than needed',
    [either],
    [
      ['a', 'dba'],
      ['b', 'security'],
    ],
    { met: true, have: [1] },
  ],
] as const)('%s', (_, requirements, people, expected) => {
  const approvers = people.map(([id, ...groups]) => ({ id, groups }));
  expect(
    approvalProgress(
      requirements.map((r) => ({ ...r, groups: [...r.groups] })),
      approvers,
    ),
  ).toEqual(expected);
});

test('no requirement at all is met by nobody, so a policy must have one', async () => {
  const { roleSchema } = await import('../../../protocol/model/policy.ts');
  expect(approvalProgress([], []).met).toBe(true);
  expect(roleSchema.shape.approvals.safeParse([]).success).toBe(false);
});
