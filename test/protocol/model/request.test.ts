import { describe, expect, test } from 'vitest';
import { AppError } from '../../../protocol/errors.ts';
import type { Decision } from '../../../protocol/model/decision.ts';
import { type RequestAct, type RequestFacts, type RequestState, transition } from '../../../protocol/model/request.ts';

const NOW = 1_000_000;
const erin = 'per_erin000000';

function decision(who: string, changes: Partial<Decision> = {}): Decision {
  return {
    id: `dec_${who}000000`,
    approver: { id: `per_${who}000000`, name: who, email: `${who}@x` },
    groups: ['dba'],
    verdict: 'approve',
    reason: '',
    onBehalfOf: null,
    at: NOW,
    ...changes,
  };
}

function facts(changes: Partial<RequestFacts> = {}): RequestFacts {
  return {
    requesterId: erin,
    revision: 1,
    state: 'pending',
    lapsesAt: NOW + 1000,
    durationSeconds: 3600,
    requirements: [{ groups: ['dba'], count: 1 }],
    decisions: [],
    ...changes,
  };
}

const decide = (d: Decision, revision = 1): RequestAct => ({ kind: 'decide', decision: d, revision });
const inPlaceOf = (who: string) => ({ onBehalfOf: { id: `per_${who}000000`, name: who, email: `${who}@x` } });
const both = [
  { groups: ['dba'], count: 1 },
  { groups: ['security'], count: 1 },
];

const twoDbas = [{ groups: ['dba'], count: 2 }];

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return 'allowed';
}

describe('what is refused', () => {
  test.each<[string, RequestFacts, RequestAct, string]>([
    ['deciding one’s own request', facts(), decide(decision('erin')), 'own-request'],
    [
      'deciding one’s own request as a member of every approving group',
      facts({ requirements: both }),
      decide(decision('erin', { groups: ['dba', 'security', 'platform-admins'] })),
      'own-request',
    ],
    ['denying one’s own request', facts(), decide(decision('erin', { verdict: 'deny', reason: 'no' })), 'own-request'],
    ['deciding without a group', facts(), decide(decision('dana', { groups: [] })), 'not-allowed'],
    ['deciding as a member of another group', facts(), decide(decision('dana', { groups: ['sales'] })), 'not-allowed'],
    ['an admin who is no approver', facts(), decide(decision('ada', { groups: ['platform-admins'] })), 'not-allowed'],
    [
      'deciding twice',
      facts({ requirements: both, decisions: [decision('dana')] }),
      decide(decision('dana', { groups: ['security'] })),
      'already-decided',
    ],
    ['deciding at the moment it lapses', facts({ lapsesAt: NOW }), decide(decision('dana')), 'wrong-state'],
    ['deciding after it lapsed', facts({ lapsesAt: NOW - 1 }), decide(decision('dana')), 'wrong-state'],
    ['denying without a reason', facts(), decide(decision('dana', { verdict: 'deny' })), 'invalid-input'],
    [
      'denying with a blank reason',
      facts(),
      decide(decision('dana', { verdict: 'deny', reason: ' \n' })),
      'invalid-input',
    ],
    [
      'approving more than was asked for',
      facts(),
      decide(decision('dana', { durationSeconds: 3601 })),
      'invalid-input',
    ],
    ['deciding in the place of the requester', facts(), decide(decision('sam', inPlaceOf('erin'))), 'own-request'],
    [
      'deciding one’s own request in the place of another',
      facts(),
      decide(decision('erin', inPlaceOf('dana'))),
      'own-request',
    ],
    [
      'deciding in the place of somebody who is no approver',
      facts(),
      decide(decision('sam', { ...inPlaceOf('dana'), groups: ['sales'] })),
      'not-allowed',
    ],
    [
      'deciding in the place of somebody who has decided',
      facts({ requirements: twoDbas, decisions: [decision('dana')] }),
      decide(decision('sam', inPlaceOf('dana'))),
      'already-decided',
    ],
    [
      'deciding when somebody did so in one’s place',
      facts({ requirements: twoDbas, decisions: [decision('sam', inPlaceOf('dana'))] }),
      decide(decision('dana')),
      'already-decided',
    ],
    [
      'deciding a second time, in another’s place',
      facts({ requirements: both, decisions: [decision('sam')] }),
      decide(decision('sam', { ...inPlaceOf('dana'), groups: ['security'] })),
      'already-decided',
    ],
    [
      'deciding a second time, after doing so in another’s place',
      facts({ requirements: both, decisions: [decision('sam', inPlaceOf('dana'))] }),
      decide(decision('sam', { groups: ['security'] })),
      'already-decided',
    ],
    [
      'a second voice in the place of the same person',
      facts({ requirements: twoDbas, decisions: [decision('sam', inPlaceOf('dana'))] }),
      decide(decision('kim', inPlaceOf('dana'))),
      'already-decided',
    ],
    ['deciding what one has not seen', facts({ revision: 2 }), decide(decision('dana'), 1), 'wrong-state'],
    ['deciding a revision that is still to come', facts({ revision: 2 }), decide(decision('dana'), 3), 'wrong-state'],
    ['changing what somebody else asked', facts(), { kind: 'amend', by: 'per_dana000000' }, 'not-allowed'],
    ['changing it at the moment it lapses', facts({ lapsesAt: NOW }), { kind: 'amend', by: erin }, 'wrong-state'],
    ['cancelling what somebody else asked', facts(), { kind: 'cancel', by: 'per_dana000000' }, 'not-allowed'],
    ['lapsing too early', facts(), { kind: 'lapse' }, 'wrong-state'],
    ['lapsing one millisecond too early', facts({ lapsesAt: NOW + 1 }), { kind: 'lapse' }, 'wrong-state'],
  ])('%s', (_, request, act, code) => {
    expect(codeOf(() => transition(request, act, NOW))).toBe(code);
  });

  const closed: RequestState[] = ['approved', 'denied', 'cancelled', 'lapsed'];
  const acts: [string, RequestAct][] = [
    ['decided', decide(decision('dana'))],
    ['cancelled', { kind: 'cancel', by: erin }],
    ['lapsed', { kind: 'lapse' }],
    ['changed', { kind: 'amend', by: erin }],
  ];
  test.each(closed.flatMap((state) => acts.map(([name, act]) => [state, name, act] as const)))(
    'a request that is %s is not %s any more',
    (state, _, act) => {
      expect(codeOf(() => transition(facts({ state, lapsesAt: NOW - 1 }), act, NOW))).toBe('wrong-state');
    },
  );

  const strangers: [string, RequestAct, string][] = [
    ['deciding', decide(decision('zoe', { groups: ['sales'] })), 'not-allowed'],
    ['cancelling', { kind: 'cancel', by: 'per_zoe000000' }, 'not-allowed'],
    ['changing', { kind: 'amend', by: 'per_zoe000000' }, 'not-allowed'],
    ['deciding an old revision', decide(decision('zoe', { groups: ['sales'] }), 7), 'not-allowed'],
    ['deciding their own', decide(decision('erin')), 'own-request'],
  ];
  test.each(closed.flatMap((state) => strangers.map(([name, act, code]) => [name, state, act, code] as const)))(
    'who may not act learns nothing of the state: %s a request that is %s',
    (_, state, act, code) => {
      expect(codeOf(() => transition(facts({ state, lapsesAt: NOW - 1 }), act, NOW))).toBe(code);
    },
  );
});

describe('what happens', () => {
  test.each<[string, RequestFacts, RequestAct, object]>([
    ['one approval of one', facts(), decide(decision('dana')), { state: 'approved', durationSeconds: 3600 }],
    ['one approval of two', facts({ requirements: both }), decide(decision('dana')), { state: 'pending' }],
    [
      'the second of two groups',
      facts({ requirements: both, decisions: [decision('dana')] }),
      decide(decision('sam', { groups: ['security'] })),
      { state: 'approved', durationSeconds: 3600 },
    ],
    [
      'two of the same group where two groups are wanted',
      facts({ requirements: both, decisions: [decision('dana')] }),
      decide(decision('dora')),
      { state: 'pending' },
    ],
    [
      'the shortest approval wins',
      facts({ requirements: both, decisions: [decision('dana', { durationSeconds: 600 })] }),
      decide(decision('sam', { groups: ['security'], durationSeconds: 900 })),
      { state: 'approved', durationSeconds: 600 },
    ],
    ['exactly what was asked for', facts(), decide(decision('dana', { durationSeconds: 3600 })), { state: 'approved' }],
    [
      'one no, although somebody said yes',
      facts({ requirements: both, decisions: [decision('dana')] }),
      decide(decision('sam', { groups: ['security'], verdict: 'deny', reason: 'not today' })),
      { state: 'denied' },
    ],
    [
      'changed: the next revision, of which nobody has said anything',
      facts({ revision: 2, requirements: both, decisions: [decision('dana')] }),
      { kind: 'amend', by: erin },
      { state: 'pending', revision: 3, decisions: [] },
    ],
    ['an approval of the present revision', facts({ revision: 3 }), decide(decision('dana'), 3), { state: 'approved' }],
    [
      'the word of a stand-in fills the place of the absent approver',
      facts({ requirements: both, decisions: [decision('kim', { groups: ['security'] })] }),
      decide(decision('sam', inPlaceOf('dana'))),
      { state: 'approved' },
    ],
    [
      'a no of a stand-in',
      facts(),
      decide(decision('sam', { ...inPlaceOf('dana'), verdict: 'deny', reason: 'no' })),
      { state: 'denied' },
    ],
    ['taken back', facts(), { kind: 'cancel', by: erin }, { state: 'cancelled' }],
    ['nobody in time', facts({ lapsesAt: NOW }), { kind: 'lapse' }, { state: 'lapsed' }],
  ])('%s', (_, request, act, outcome) => {
    expect(transition(request, act, NOW)).toMatchObject(outcome);
  });

  test('the request itself is left as it was', () => {
    const request = facts({ requirements: both });
    const before = structuredClone(request);
    transition(request, decide(decision('dana')), NOW);
    expect(request).toEqual(before);
  });
});
