import { expect, test } from 'vitest';
import { reportInWords } from '../../../backend/doctor/report.ts';

test.each([
  ['a line of its own', 'Evil"\nok       keys  All 5 sealed keys open.'],
  ['the terminal cleared', 'Evil\u001b[2J\u001b[H'],
  ['the same in one character', 'Evil\u009b2J'],
  ['a line begun anew', 'Evil\rok'],
  ['letters turned round', 'Evil\u202eko'],
])('a server that is asked cannot get %s into the report', (_what, name) => {
  const report = reportInWords([{ check: 'public address', verdict: 'wrong', sentence: `It is of "${name}".` }]);
  const [line = '', ...rest] = report.split('\n');
  expect(line).toMatch(/^WRONG {4}public address {2}It is of "Evil[^\p{C}]*\.$/u);
  expect(rest).toEqual(['', '0 ok, 0 warnings, 1 wrong.']);
});
