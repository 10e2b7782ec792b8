import { describe, expect, test } from 'vitest';
import { shownTab } from '../../../renderer/terminal/tab-choice.ts';

const tabs = (...ids: string[]) => ids.map((id) => ({ id }));

describe('the tab that is shown', () => {
  test.each([
    ['none without tabs', tabs(), { id: null, known: [] }, undefined],
    ['the newest at first', tabs('a', 'b'), { id: null, known: [] }, 'b'],
    ['the chosen one', tabs('a', 'b', 'c'), { id: 'b', known: ['a', 'b', 'c'] }, 'b'],
    ['a new one, over the chosen one', tabs('a', 'b', 'c'), { id: 'a', known: ['a', 'b'] }, 'c'],
    ['the left neighbour of one that closed', tabs('a', 'c'), { id: 'b', known: ['a', 'b', 'c'] }, 'a'],
    ['the first when the first closed', tabs('b', 'c'), { id: 'a', known: ['a', 'b', 'c'] }, 'b'],
    ['what is left when all neighbours closed', tabs('c'), { id: 'b', known: ['a', 'b', 'c'] }, 'c'],
  ])('is %s', (_name, terminals, choice, id) => {
    expect(shownTab(terminals, choice)?.id).toBe(id);
  });
});
