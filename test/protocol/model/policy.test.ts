import { describe, expect, test } from 'vitest';
import {
  type Ask,
  durationSchema,
  evaluate,
  mayStandIn,
  policySchema,
  roleCovers,
} from '../../../protocol/model/policy.ts';

const policy = policySchema.parse({
  version: 1,
  targets: [
    { name: 'web-1', address: '10.0.0.1', labels: { env: 'staging' }, hostKeys: ['ssh-ed25519 AAAA'] },
    { name: 'db-1', address: '10.0.0.2', labels: { env: 'production', kind: 'db' }, hostKeys: ['ssh-ed25519 AAAA'] },
    { name: 'vault', address: '10.0.0.3', labels: {}, hostKeys: ['ssh-ed25519 AAAA'] },
  ],
  roles: [
    {
      name: 'look',
      requesters: { groups: ['engineering'] },
      targets: { labels: { env: 'production' } },
      logins: ['reader'],
      maxDuration: '90s',
      reason: 'optional',
      approvals: [{ groups: ['dba'] }],
    },
    {
      name: 'work',
      requesters: { groups: ['engineering', 'dba'] },
      targets: { labels: { env: ['production', 'staging'] } },
      logins: ['reader', 'deploy'],
      maxDuration: '1h',
      ticket: 'required',
      approvals: [{ groups: ['dba'] }],
    },
    {
      name: 'vault-keeper',
      requesters: { groups: ['security'] },
      targets: { names: ['vault'] },
      logins: ['root'],
      maxDuration: '10m',
      approvals: [{ groups: ['dba'] }],
    },
  ],
});
const NOW = 1_700_000_000_000;
const DAY = 24 * 3_600_000;
const engineer = { groups: ['engineering'] };
const ask = (changes: Partial<Ask> = {}): Ask => ({
  target: 'db-1',
  login: 'deploy',
  durationSeconds: 600,
  reason: 'because',
  ticket: 'T-1',
  startsAt: null,
  endsWithSession: false,
  ...changes,
});

describe('what policy refuses', () => {
  test.each<[string, { groups: string[] }, Ask, string, string, RegExp]>([
    ['a target that is not there', engineer, ask({ target: 'nope' }), 'not-found', 'target', /no target "nope"/],
    ['a target for others', engineer, ask({ target: 'vault' }), 'not-found', 'target', /no target "vault"/],
    ['somebody without groups', { groups: [] }, ask(), 'not-found', 'target', /no target "db-1"/],
    [
      'a role that is not there',
      engineer,
      ask({ role: 'nope' }),
      'not-allowed',
      'role',
      /"nope" does not give you db-1/,
    ],
    ['a role of others', engineer, ask({ role: 'vault-keeper' }), 'not-allowed', 'role', /does not give you/],
    [
      'a role of other targets',
      engineer,
      ask({ target: 'web-1', role: 'look' }),
      'not-allowed',
      'role',
      /does not give/,
    ],
    ['a login of no role', engineer, ask({ login: 'root' }), 'not-allowed', 'login', /you may ask for reader, deploy/],
    ['a login of another role', engineer, ask({ role: 'look' }), 'not-allowed', 'login', /you may ask for reader\./],
    ['too long', engineer, ask({ durationSeconds: 3601 }), 'invalid-input', 'durationSeconds', /at most 1 h\./],
    [
      'too long for a short role',
      engineer,
      ask({ role: 'look', login: 'reader', durationSeconds: 91 }),
      'invalid-input',
      'durationSeconds',
      /at most 1 min 30 s\./,
    ],
    ['no reason', engineer, ask({ reason: ' ' }), 'invalid-input', 'reason', /wants a reason/],
    ['no ticket', engineer, ask({ ticket: '' }), 'invalid-input', 'ticket', /wants a ticket/],
    ['a start gone by', engineer, ask({ startsAt: NOW - 60_001 }), 'invalid-input', 'startsAt', /lies in the past/],
    ['a start at the epoch', engineer, ask({ startsAt: 0 }), 'invalid-input', 'startsAt', /lies in the past/],
    [
      'a start too far ahead',
      engineer,
      ask({ startsAt: NOW + 30 * DAY + 1 }),
      'invalid-input',
      'startsAt',
      /30 days ahead/,
    ],
    [
      'a start too far ahead for a target of others, which stays unknown',
      engineer,
      ask({ target: 'vault', startsAt: NOW + 31 * DAY }),
      'not-found',
      'target',
      /no target "vault"/,
    ],
  ])('%s', (_, person, asked, code, field, message) => {
    expect(evaluate(policy, person, asked, NOW)).toMatchObject({
      allowed: false,
      code,
      field,
      message: expect.stringMatching(message),
    });
  });

  test('a target one may not ask for reads the same as one that is not there', () => {
    const hidden = evaluate(policy, engineer, ask({ target: 'vault' }), NOW);
    const missing = evaluate(policy, engineer, ask({ target: 'xault' }), NOW);
    expect(JSON.stringify(hidden).replace('vault', 'xault')).toBe(JSON.stringify(missing));
  });
});

test.each<[string, Ask, string]>([
  ['the first role that does', ask({ login: 'reader', durationSeconds: 60, reason: '', ticket: '' }), 'look'],
  ['the next role when the first gives too little', ask({ login: 'reader', durationSeconds: 600 }), 'work'],
  ['the role that was named', ask({ login: 'reader', durationSeconds: 60, role: 'work' }), 'work'],
  ['exactly the longest time', ask({ durationSeconds: 3600 }), 'work'],
  ['a start of a minute ago, while the form was filled in', ask({ startsAt: NOW - 60_000 }), 'work'],
  ['a start in 30 days', ask({ startsAt: NOW + 30 * DAY }), 'work'],
])('an ask gets %s', (_, asked, role) => {
  expect(evaluate(policy, engineer, asked, NOW)).toMatchObject({ allowed: true, role: { name: role } });
});

test.each([
  [{ labels: { env: 'production' }, names: [] }, { env: 'production', kind: 'db' }, true],
  [{ labels: { env: 'production', kind: 'db' }, names: [] }, { env: 'production' }, false],
  [{ labels: { env: ['staging', 'production'] }, names: [] }, { env: 'production' }, true],
  [{ labels: { env: ['staging'] }, names: [] }, { env: 'production' }, false],
  [{ labels: {}, names: [] }, { env: 'production' }, false],
  [{ labels: { constructor: 'x' }, names: [] }, {}, false],
  [{ labels: {}, names: ['db-1'] }, {}, true],
  [{ labels: { env: 'staging' }, names: ['db-1'] }, { env: 'production' }, true],
])('a role for %j covers a target labelled %j: %s', (targets, labels, expected) => {
  const role = { ...policy.roles[0]!, targets };
  expect(roleCovers(role, { name: 'db-1', labels: labels as Record<string, string> })).toBe(expected);
});

test.each([
  ['90s', 90],
  ['15m', 900],
  ['1h', 3600],
  ['1h30m', 5400],
  ['1h1m1s', 3661],
])('"%s" is %i seconds', (text, seconds) => {
  expect(durationSchema.parse(text)).toBe(seconds);
});

test.each(['', '0s', '0h0m', '15', 'm', '1m1h', '1.5h', '-1h', '1 h', '1h ', '1d', 15, null])(
  '%j is no length of time',
  (text) => {
    expect(durationSchema.safeParse(text).success).toBe(false);
  },
);

test.each([
  ['nobody, where the policy does not say', null, ['security'], false],
  ['a member', { groups: ['security', 'leads'] }, ['dba', 'leads'], true],
  ['somebody else', { groups: ['security'] }, ['dba'], false],
  ['somebody without groups', { groups: ['security'] }, [], false],
])('who may take an approver’s place: %s', (_, standIns, groups, expected) => {
  expect(mayStandIn({ standIns }, { groups })).toBe(expected);
});

describe('a role that covers a target without a gateway', () => {
  const [target, role] = [policy.targets[0]!, { ...policy.roles[0]!, maxDuration: '1h', lapsesAfter: '1h' }];
  const problems = (via: string, targets: object, drain: string) =>
    policySchema
      .safeParse({
        ...{
          version: 1,
          targets: [
            { ...target, via },
            { ...target, name: 'web-2' },
          ],
        },
        roles: [{ ...role, targets, drain }],
      })
      .error?.issues.map(({ path, message }) => [path.join('.'), message]);

  test.each([
    ['by its name', { names: ['web-1'] }],
    ['by a label, among others', { labels: { env: 'staging' } }],
  ])('%s cannot let sessions drain, and the refusal says what to do', (_, targets) => {
    expect(problems('direct', targets, '5m')).toEqual([
      ['roles.0.drain', expect.stringMatching(/must be "cut" for "web-1", .*Leave it out, or give that target a role/)],
    ]);
  });

  test.each([
    ['cuts', 'direct', { names: ['web-1'] }, 'cut'],
    ['has the gateway', 'gateway', { names: ['web-1'] }, '5m'],
    ['covers another target', 'direct', { names: ['web-2'] }, '5m'],
  ])('is no problem where it %s', (_, via, targets, drain) => {
    expect(problems(via, targets, drain)).toBeUndefined();
  });
});

test.each<[string | undefined, number | RegExp]>([
  [undefined, 60],
  ['30s', 30],
  ['15m', 900],
  ['29s', /from 30s to 15m/],
  ['15m1s', /from 30s to 15m/],
  ['0s', /longer than nothing/],
  ['never', /length of time/],
])('a gateway that hears nothing goes on for %s', (gatewayGrace, expected) => {
  const parsed = policySchema.safeParse({ version: 1, targets: [], roles: [], gatewayGrace });
  if (typeof expected === 'number') expect(parsed.data?.gatewayGrace).toBe(expected);
  else expect(parsed.error?.message).toMatch(expected);
});
