import { describe, expect, test } from 'vitest';
import { demoPolicy } from '../../../backend/demo/policy.ts';
import { parsePolicy } from '../../../backend/policy/parse.ts';
import { AppError } from '../../../protocol/errors.ts';

const GOOD = `version: 1
duties:
  auditors: [audit]
targets:
  - name: db-1
    address: 10.0.0.1
    labels: { env: production }
    hostKeys:
      - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5
roles:
  - name: work
    requesters: { groups: [engineering] }
    targets:
      labels: { env: production }
    logins: [deploy]
    maxDuration: 1h
    approvals:
      - groups: [dba]
        count: 1
`;

test('a good file is a policy, with its defaults', () => {
  expect(parsePolicy(GOOD, 'policy.yaml')).toMatchObject({
    targets: [{ port: 22, description: '' }],
    roles: [{ maxDuration: 3600, lapsesAfter: 3600, reason: 'required', session: { shell: true } }],
  });
});

describe('an error names file, line and field, and says what is wrong', () => {
  const change = (from: string, to: string): string => {
    if (!GOOD.includes(from)) throw new Error(`There is no ${from}.`);
    return GOOD.replace(from, to);
  };
  test.each<[string, string, number, string, RegExp]>([
    ['broken YAML', change('duties:\n', 'duties: [\n'), 4, '', /not valid YAML/],
    ['a tab', change('  auditors', '\tauditors'), 3, '', /not valid YAML/],
    ['a key twice', change('version: 1\n', 'version: 1\nversion: 1\n'), 2, '', /unique/],
    ['an empty file', '', 1, '', /expected object/],
    ['a list', '- 1', 1, '', /expected object/],
    ['another version', change('version: 1', 'version: 2'), 1, 'version', /expected 1/],
    ['no version', change('version: 1\n', ''), 1, 'version', /expected 1/],
    [
      'a misspelt limit',
      change('    maxDuration: 1h', '    maxDuration: 1h\n    maxDurations: 1h'),
      17,
      'roles.0.maxDurations',
      /no such setting/,
    ],
    ['a misspelt section', change('duties:', 'dutys:'), 2, 'dutys', /no such setting/],
    [
      'a misspelt field deep down',
      change('count: 1', 'counts: 1'),
      19,
      'roles.0.approvals.0.counts',
      /no such setting/,
    ],
    ['no time', change('maxDuration: 1h', 'maxDuration: soon'), 16, 'roles.0.maxDuration', /length of time/],
    ['a count of none', change('count: 1', 'count: 0'), 19, 'roles.0.approvals.0.count', />=1/],
    [
      'nobody to approve',
      change('- groups: [dba]\n        count: 1', '- groups: []'),
      18,
      'roles.0.approvals.0.groups',
      />=1/,
    ],
    [
      'no approvals',
      change('approvals:\n      - groups: [dba]\n        count: 1', 'approvals: []'),
      17,
      'roles.0.approvals',
      />=1/,
    ],
    ['a login of tricks', change('[deploy]', '[deploy, "a b"]'), 15, 'roles.0.logins.1', /account name/],
    ['a target of tricks', change('name: db-1', 'name: DB_1'), 5, 'targets.0.name', /lower-case/],
    [
      'a host key that is none',
      change('- ssh-ed25519 AAAAC3NzaC1lZDI1NTE5', '- SHA256:abc'),
      9,
      'targets.0.hostKeys.0',
      /public key line/,
    ],
    [
      'no host key',
      change('hostKeys:\n      - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5', 'hostKeys: []'),
      8,
      'targets.0.hostKeys',
      />=1/,
    ],
    [
      'a role for no target',
      change('labels: { env: production }\n    logins', 'labels: {}\n    logins'),
      13,
      'roles.0.targets',
      /names or labels/,
    ],
    [
      'a target that is not there',
      change('      labels: { env: production }\n    logins', '      names: [db-1, db-2]\n    logins'),
      14,
      'roles.0.targets.names.1',
      /no target "db-2"/,
    ],
    [
      'a role named twice',
      `${GOOD}${GOOD.slice(GOOD.indexOf('  - name: work'))}`,
      20,
      'roles.1.name',
      /"work" is named twice/,
    ],
    ['an alias', change('auditors: [audit]', 'auditors: &a [audit]\n  admins: *a'), 0, '', /aliases/],
  ])('%s', (_, text, line, field, sentence) => {
    let error: unknown;
    try {
      parsePolicy(text, 'policy.yaml');
    } catch (thrown) {
      error = thrown;
    }
    if (!(error instanceof AppError)) throw new Error(`Not refused as it should be: ${String(error)}`);
    expect(error.code).toBe('policy-invalid');
    expect(error.message).toMatch(sentence);
    expect(error.field ?? '').toBe(field);
    if (line > 0) expect(error.message).toMatch(new RegExp(`^policy.yaml, line ${line}[,:]`));
  });

  test('aliases that would grow to gigabytes are refused at once', () => {
    const levels = Array.from(
      { length: 20 },
      (_, i) => `l${i + 1}: &l${i + 1} [${Array(10).fill(`*l${i}`).join(', ')}]`,
    );
    const started = performance.now();
    expect(() => parsePolicy(`l0: &l0 [x]\n${levels.join('\n')}`, 'policy.yaml')).toThrow(/aliases/);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

test('the demo’s policy is a good one, whatever the account is called', () => {
  const target = { address: '127.0.0.1', port: 4022, login: 'some_user-1', hostKeyLine: 'ssh-ed25519 AAAA comment: x' };
  const policy = parsePolicy(demoPolicy(target), 'policy.yaml');
  expect(policy.targets.map((t) => [t.port, t.hostKeys])).toEqual(Array(5).fill([4022, ['ssh-ed25519 AAAA']]));
  expect(policy.roles.every((role) => role.logins.join() === 'some_user-1')).toBe(true);
});
