import { describe, expect, test } from 'vitest';
import {
  dividers,
  type Layout,
  neighbour,
  panesOf,
  places,
  resized,
  SMALLEST,
  split,
  without,
} from '../../../renderer/terminal/layout.ts';

/** Splits one after another: "a>b" is b to the right of a, "a_c" is c below a. */
function built(first: string, ...splits: string[]): Layout {
  return splits.reduce<Layout>(
    (layout, text) => {
      const [at = '', added = ''] = text.split(/[>_]/);
      return split(layout, at, text.includes('>') ? 'right' : 'below', added);
    },
    { pane: first },
  );
}

const rectOf = (layout: Layout, pane: string) => {
  const found = places(layout).find((p) => p.pane === pane);
  if (!found) throw new Error(`no ${pane}`);
  const { left, top, width, height } = found.rect;
  return [left, top, width, height].map((n) => Math.round(n * 100));
};

describe('panes', () => {
  test.each([
    ['one has all', built('a'), { a: [0, 0, 100, 100] }],
    ['to the right', built('a', 'a>b'), { a: [0, 0, 50, 100], b: [50, 0, 50, 100] }],
    ['below', built('a', 'a_b'), { a: [0, 0, 100, 50], b: [0, 50, 100, 50] }],
    ['a row of three', built('a', 'a>b', 'b>c'), { a: [0, 0, 50, 100], b: [50, 0, 25, 100], c: [75, 0, 25, 100] }],
    ['in the middle', built('a', 'a>b', 'a>c'), { a: [0, 0, 25, 100], c: [25, 0, 25, 100], b: [50, 0, 50, 100] }],
    ['both ways', built('a', 'a>b', 'b_c'), { a: [0, 0, 50, 100], b: [50, 0, 50, 50], c: [50, 50, 50, 50] }],
    ['beside nobody', built('a', 'z>b'), { a: [0, 0, 100, 100] }],
  ])('%s', (_name, layout, expected) => {
    for (const [pane, rect] of Object.entries(expected)) expect(rectOf(layout, pane)).toEqual(rect);
    expect(panesOf(layout)).toHaveLength(Object.keys(expected).length);
  });

  test.each([
    ['the other has all', built('a', 'a>b'), 'b', { a: [0, 0, 100, 100] }],
    ['its row shares its room', built('a', 'a>b', 'b>c'), 'a', { b: [0, 0, 50, 100], c: [50, 0, 50, 100] }],
    ['a column that is left alone is none', built('a', 'a>b', 'b_c'), 'c', { a: [0, 0, 50, 100], b: [50, 0, 50, 100] }],
    ['one that is not there changes nothing', built('a', 'a>b'), 'z', { a: [0, 0, 50, 100], b: [50, 0, 50, 100] }],
  ])('when one goes, %s', (_name, layout, gone, expected) => {
    const left = without(layout, gone);
    for (const [pane, rect] of Object.entries(expected)) expect(rectOf(left as Layout, pane)).toEqual(rect);
    expect(panesOf(left as Layout)).toEqual(Object.keys(expected));
  });

  test('when the last one goes nothing is left', () => {
    expect(without({ pane: 'a' }, 'a')).toBeNull();
  });

  test('always fill the window, whatever is split, moved and closed', () => {
    let layout: Layout = { pane: '0' };
    for (let i = 1; i < 200; i++) {
      const panes = panesOf(layout);
      const some = panes[(i * 7) % panes.length] ?? '';
      if (i % 4 === 3 && panes.length > 1) layout = without(layout, some) ?? layout;
      else layout = split(layout, some, i % 2 ? 'right' : 'below', String(i));
      const line = dividers(layout)[i % 3];
      if (line) layout = resized(layout, line, (i % 10) / 9);
      const area = places(layout).reduce((sum, { rect }) => sum + rect.width * rect.height, 0);
      expect(area).toBeCloseTo(1, 6);
      expect(new Set(panesOf(layout)).size).toBe(panesOf(layout).length);
      expect(dividers(layout)).toHaveLength(panesOf(layout).length - 1);
    }
  });
});

describe('the line between panes', () => {
  const layout = built('a', 'a>b', 'b_c');

  test('moves its two panes, and no other', () => {
    const [across, down] = [...dividers(layout)].sort((a, b) => a.path.length - b.path.length);
    expect([across?.direction, down?.direction]).toEqual(['row', 'column']);
    const moved = resized(layout, down as NonNullable<typeof down>, 0.2);
    expect(rectOf(moved, 'a')).toEqual([0, 0, 50, 100]);
    expect(rectOf(moved, 'b')).toEqual([50, 0, 50, 20]);
    expect(rectOf(moved, 'c')).toEqual([50, 20, 50, 80]);
  });

  test.each([-5, 0, 1, 99])('leaves room for both at %d', (share) => {
    for (const divider of dividers(layout)) {
      for (const { rect } of places(resized(layout, divider, share))) {
        expect(Math.min(rect.width, rect.height)).toBeGreaterThan(SMALLEST * 0.49);
      }
    }
  });
});

describe('the pane on one side', () => {
  const layout = built('a', 'a>b', 'b_c', 'a_d');
  test.each([
    ['a', 'right', 'b'],
    ['a', 'down', 'd'],
    ['a', 'left', undefined],
    ['a', 'up', undefined],
    ['d', 'right', 'c'],
    ['c', 'left', 'd'],
    ['b', 'left', 'a'],
    ['c', 'up', 'b'],
    ['c', 'down', undefined],
    ['z', 'left', undefined],
  ] as const)('of %s, %s, is %s', (pane, direction, expected) => {
    expect(neighbour(layout, pane, direction)).toBe(expected);
  });
});
