import { describe, expect, test } from 'vitest';
import { countdown, spokenWarning } from '../../../renderer/words/countdown.ts';

const S = 1000;
const M = 60 * S;
const H = 60 * M;

describe('a countdown', () => {
  test.each([
    [27 * H, '1 d 3 h', 'calm'],
    [H + 12 * M + 30 * S, '1 h 12 min', 'calm'],
    [H, '1 h', 'calm'],
    [H - 1, '1 h', 'calm'],
    [H - S, '59 min', 'calm'],
    [5 * M, '5 min', 'calm'],
    [5 * M - 1, '5:00', 'warm'],
    [4 * M + 32 * S, '4:32', 'warm'],
    [M, '1:00', 'warm'],
    [M - 1, '60 s', 'hot'],
    [45 * S, '45 s', 'hot'],
    [1, '1 s', 'hot'],
    [0, 'ending…', 'over'],
    [-5 * M, 'ending…', 'over'],
  ])('with %i ms left reads %j and looks %s', (left, text, warmth) => {
    expect(countdown(left)).toMatchObject({ text, warmth });
  });

  test.each([
    [61 * S, '1 minute 1 second'],
    [2 * M, '2 minutes'],
    [S, '1 second'],
    [H + M, '1 hour 1 minute'],
  ])('with %i ms left is spoken as %j', (left, spoken) => {
    expect(countdown(left).spoken).toBe(spoken);
  });

  test('never shows more time than is left by more than its own rounding', () => {
    for (let left = 1; left < 10 * M; left += 137) {
      const { text } = countdown(left);
      const minutes = /^(\d+):(\d\d)$/.exec(text);
      if (minutes) expect(Number(minutes[1]) * M + Number(minutes[2]) * S - left).toBeLessThan(S);
    }
  });
});

describe('the spoken warning', () => {
  test.each([
    [6 * M, ''],
    [5 * M, ''],
    [0, ''],
    [-1, ''],
    [5 * M - 1, 'ends in less than 5 minutes'],
    [M, 'ends in less than 5 minutes'],
    [M - 1, 'ends in less than a minute'],
  ])('with %i ms left is %j', (left, sentence) => {
    expect(spokenWarning(left)).toBe(sentence);
  });
});
