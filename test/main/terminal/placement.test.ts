import { expect, it } from 'vitest';
import { movedByClosing } from '../../../main/terminal/placement.ts';

const at = (id: string, beside: string | null = null, edge: 'right' | 'below' = 'right') => ({
  id,
  beside: beside === null ? null : { id: beside, edge },
});

it.each([
  ['alone', [at('a'), at('b')], 'a', []],
  ['the one beside', [at('a'), at('b', 'a')], 'b', []],
  ['the first of two', [at('a'), at('b', 'a')], 'a', [at('b')]],
  ['the middle', [at('a'), at('b', 'a'), at('c', 'b', 'below')], 'b', [at('c', 'a', 'right')]],
  [
    'one with two beside',
    [at('a'), at('b', 'a', 'below'), at('c', 'a')],
    'a',
    [at('b'), { id: 'c', beside: { id: 'b', edge: 'right' } }],
  ],
  ['one that is not there', [at('a')], 'z', []],
] as const)('when %s closes, no terminal stands beside nothing', (_name, terminals, id, moved) => {
  expect(movedByClosing(terminals, id)).toEqual(moved);
});
