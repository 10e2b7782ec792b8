import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parsePolicy } from '../../../backend/policy/parse.ts';
import { policySchema, roleSchema } from '../../../protocol/model/policy.ts';

const page = await readFile(new URL('../../../docs/policy.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text]) => text ?? '');

test('the page has an example', () => {
  expect(examples.length).toBeGreaterThan(0);
});

test.each(examples.map((text, i) => [i + 1, text] as const))('example %i of the page is a good policy', (_, text) => {
  const policy = parsePolicy(text, 'policy.yaml');
  expect(policy.roles).toMatchObject([
    { name: 'production-database', drain: 0, maxExtensions: 3, onScreenLock: 'end', session: { forward: false } },
    { name: 'build', drain: 0, maxExtensions: 3, onScreenLock: 'keep' },
  ]);
  expect(policy.targets.map((t) => t.via)).toEqual(['gateway', 'direct']);
  expect(policy.standIns).toEqual({ groups: ['dba', 'leads'] });
});

test.each([...Object.keys(policySchema.shape), ...Object.keys(roleSchema.shape)])(
  'the first example shows the field "%s"',
  (field) => {
    expect(examples[0]).toMatch(new RegExp(`^[ -]*${field}:`, 'm'));
  },
);
