import { describe, expect, test } from 'vitest';
import { mayDecide } from '../../../protocol/model/access.ts';
import { type Ask, durationSchema, evaluate, policySchema, roleCovers } from '../../../protocol/model/policy.ts';

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
const engineer = { groups: ['engineering'] };
const ask = (changes: Partial<Ask> = {}): Ask => ({
  target: 'db-1',
  login: 'deploy',
  durationSeconds: 600,
  reason: 'because',
  ticket: 'T-1',
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
  ])('%s', (_, person, asked, code, field, message) => {
    expect(evaluate(policy, person, asked)).toMatchObject({
      allowed: false,
      code,
      field,
      message: expect.stringMatching(message),
    });
  });

  test('a target one may not ask for reads the same as one that is not there', () => {
    const hidden = evaluate(policy, engineer, ask({ target: 'vault' }));
    const missing = evaluate(policy, engineer, ask({ target: 'xault' }));
    expect(JSON.stringify(hidden).replace('vault', 'xault')).toBe(JSON.stringify(missing));
  });
});

test.each<[string, Ask, string]>([
  ['the first role that does', ask({ login: 'reader', durationSeconds: 60, reason: '', ticket: '' }), 'look'],
  ['the next role when the first gives too little', ask({ login: 'reader', durationSeconds: 600 }), 'work'],
  ['the role that was named', ask({ login: 'reader', durationSeconds: 60, role: 'work' }), 'work'],
  ['exactly the longest time', ask({ durationSeconds: 3600 }), 'work'],
])('an ask gets %s', (_, asked, role) => {
  expect(evaluate(policy, engineer, asked)).toMatchObject({ allowed: true, role: { name: role } });
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

describe('whether my word is wanted', () => {
  const requester = { id: 'per_erin000000', name: 'Erin', email: 'e@x' };
  const dana = { id: 'per_dana000000', name: 'Dana', email: 'd@x' };
  const request = (changes = {}) => ({
    state: 'pending' as const,
    requester,
    needs: [{ groups: ['dba'], count: 1, have: 0 }],
    decisions: [],
    ...changes,
  });
  test.each([
    ['an approver', request(), { id: dana.id, groups: ['dba'] }, true],
    ['the requester', request(), { id: requester.id, groups: ['dba'] }, false],
    ['somebody of another group', request(), { id: dana.id, groups: ['sales'] }, false],
    ['an approver of a closed request', request({ state: 'denied' }), { id: dana.id, groups: ['dba'] }, false],
    [
      'an approver who has decided',
      request({ decisions: [{ approver: dana }] }),
      { id: dana.id, groups: ['dba'] },
      false,
    ],
  ])('%s: %s', (_, about, person, expected) => {
    expect(mayDecide(about as Parameters<typeof mayDecide>[0], person)).toBe(expected);
  });
});
