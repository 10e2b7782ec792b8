import { describe, expect, test } from 'vitest';
import { panesOf } from '../../../renderer/terminal/layout.ts';
import { focused, followed, frontTab, NO_TABS, stepped, type Tabs } from '../../../renderer/terminal/tabs.ts';

/** "a" alone, "b>a" to the right of a, "c_a" below it. */
const terminals = (...texts: string[]) =>
  texts.map((text) => {
    const [id = '', beside] = text.split(/[>_]/);
    const edge = text.includes('>') ? ('right' as const) : ('below' as const);
    return { id, beside: beside === undefined ? null : { id: beside, edge } };
  });
const tabsAfter = (...steps: string[][]): Tabs =>
  steps.reduce((state, step) => followed(state, terminals(...step)), NO_TABS);
const drawn = (state: Tabs) => state.tabs.map((tab) => panesOf(tab.layout).join(''));
const keyboard = (state: Tabs) => frontTab(state)?.focus;

describe('tabs', () => {
  test.each([
    ['none', [[]], [], undefined],
    ['one for each terminal, the newest in front', [['a', 'b']], ['a', 'b'], 'b'],
    ['a new one comes to the front', [['a'], ['a', 'b']], ['a', 'b'], 'b'],
    [
      'one beside another shares its tab, and has the keyboard',
      [
        ['a', 'b'],
        ['a', 'b', 'c>a'],
      ],
      ['ac', 'b'],
      'c',
    ],
    ['one beside nothing has a tab of its own', [['b>z']], ['b'], 'b'],
    [
      'a closed tab leaves the one to its left in front',
      [
        ['a', 'b', 'c'],
        ['a', 'b'],
      ],
      ['a', 'b'],
      'b',
    ],
    ['a closed first tab leaves the next', [['a'], []], [], undefined],
    [
      'a closed pane leaves its neighbour with the keyboard',
      [
        ['a', 'b>a', 'c>b'],
        ['a', 'b>a'],
      ],
      ['ab'],
      'b',
    ],
    ['a tab outlives the terminal it began with', [['a', 'b>a'], ['b']], ['b'], 'b'],
    ['all at once', [['a', 'b'], ['c']], ['c'], 'c'],
  ])('%s', (_name, steps, expected, key) => {
    const state = tabsAfter(...steps);
    expect(drawn(state)).toEqual(expected);
    expect(keyboard(state)).toBe(key);
  });

  test('a tab behind that closes leaves the front as it is', () => {
    const state = focused(tabsAfter(['a', 'b', 'c']), 'a');
    expect(keyboard(followed(state, terminals('a', 'b')))).toBe('a');
  });

  test('each remembers which of its panes had the keyboard', () => {
    const state = focused(tabsAfter(['a', 'b>a', 'c']), 'a');
    expect(keyboard(state)).toBe('a');
    expect(keyboard(stepped(stepped(state, 1), -1))).toBe('a');
    expect(keyboard(stepped(state, -1))).toBe('c');
  });

  test('nothing changes without need: no drawing, no new sizes', () => {
    const state = tabsAfter(['a', 'b>a']);
    expect(followed(state, terminals('a', 'b>a'))).toBe(state);
    expect(focused(state, 'b')).toBe(state);
    expect(focused(state, 'nobody')).toBe(state);
  });
});
