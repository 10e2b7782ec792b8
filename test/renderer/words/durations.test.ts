import { describe, expect, test } from 'vitest';
import {
  checkDuration,
  durationText,
  extensionSteps,
  parseDuration,
  presets,
  SHORTEST_SECONDS,
  stepDuration,
  usualDuration,
} from '../../../renderer/words/durations.ts';

describe('a length of time as people type it', () => {
  test.each([
    ['30s', 30],
    ['45m', 2700],
    ['1h30m', 5400],
    ['1 h 30 min', 5400],
    ['1H', 3600],
    ['2 hours', 7200],
    ['1d', 86_400],
    ['90', 5400],
    [' 15 min ', 900],
    ['1h0m5s', 3605],
  ])('%j is %i seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  test.each([
    '',
    ' ',
    'h',
    'an hour',
    '1x',
    '-5m',
    '1.5h',
    '1,5h',
    '30m1h',
    '1h1h',
    '5mm',
    '1h30',
    '1e3',
    '9999999m',
    '5m!',
    '٥m',
    '1hin',
    'constructor',
    '1constructor',
  ])('%j is none', (text) => {
    expect(parseDuration(text)).toBeNull();
  });

  test.each([30, 60, 90, 300, 3600, 5400, 86_400, 3605])(
    '%i seconds are written so that they are read the same',
    (s) => {
      expect(parseDuration(durationText(s))).toBe(s);
    },
  );
});

describe('what the duration field says', () => {
  test.each([
    ['1h', { seconds: 3600 }],
    ['30s', { seconds: 30 }],
    ['29s', { problem: 'The shortest is 30 s.' }],
    ['0m', { problem: 'The shortest is 30 s.' }],
    ['1h1s', { problem: 'The longest here is 1 h.' }],
    ['soon', { problem: 'Write a length of time such as 30s, 45m or 1h30m.' }],
  ])('%j, where an hour is the longest', (text, checked) => {
    expect(checkDuration(text, 3600)).toEqual(checked);
  });
});

describe('lengths to choose from', () => {
  test.each([
    [8 * 3600, [300, 900, 1800, 3600, 8 * 3600]],
    [3600, [300, 900, 1800, 3600]],
    [2700, [300, 900, 1800, 2700]],
    [300, [30, 60, 120, 300]],
    [120, [30, 60, 120]],
    [45, [30, 45]],
    [30, [30]],
  ])('where %i s is the longest', (most, offered) => {
    expect(presets(most)).toEqual(offered);
  });

  test('are all allowed, each once, the longest last', () => {
    for (let most = SHORTEST_SECONDS; most < 3 * 86_400; most += 97) {
      const offered = presets(most);
      expect(new Set(offered).size).toBe(offered.length);
      expect(offered.length).toBeLessThanOrEqual(5);
      expect(offered.at(-1)).toBe(most);
      expect(Math.min(...offered)).toBeGreaterThanOrEqual(SHORTEST_SECONDS);
    }
  });

  test('the form starts with an hour, or the longest where that is less', () => {
    expect([usualDuration(8 * 3600), usualDuration(600)]).toEqual([3600, 600]);
  });
});

describe('a step', () => {
  test.each([
    [3600, 1, 4500],
    [3600, -1, 3300],
    [300, -1, 270],
    [270, 1, 300],
    [1000, 1, 1200],
    [1000, -1, 900],
    [30, -1, 30],
    [8 * 3600, 1, 8 * 3600],
    [7.9 * 3600, 1, 8 * 3600],
  ] as const)('from %i s by %i leads to %i s', (from, direction, to) => {
    expect(stepDuration(from, direction, 8 * 3600)).toBe(to);
  });
});

describe('steps by which access is made longer', () => {
  test.each([
    [4 * 3600, [900, 1800, 3600, 4 * 3600]],
    [3600, [900, 1800, 3600]],
    [2700, [900, 1800, 2700]],
    [900, [300, 900]],
    [60, [30, 60]],
  ])('up to %i seconds: %j', (most, steps) => {
    expect(extensionSteps(most)).toEqual(steps);
  });
});
