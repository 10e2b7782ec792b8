import { describe, expect, test } from 'vitest';
import { firstLines, SHOWN_LINES, withoutTurns } from '../../../renderer/words/free-text.ts';

describe('what somebody wrote', () => {
  test.each([
    ['root\u202Etset\u202C', 'roottset'],
    ['\u2066a\u2069\u200fb\u061c', 'ab'],
    ['שלום', 'שלום'],
    ['a\u200db 👩\u200d💻', 'a\u200db 👩\u200d💻'],
  ])('%j reads %j', (text, plain) => {
    expect(withoutTurns(text)).toBe(plain);
  });

  test('is shown whole, or with the number of its lines', () => {
    const lines = (n: number) => Array.from({ length: n }, (_, i) => `${i}`).join('\n');
    expect(firstLines('one')).toEqual({ shown: 'one', lines: 1 });
    expect(firstLines(lines(SHOWN_LINES + 1)).shown).toBe(lines(SHOWN_LINES + 1));
    expect(firstLines(lines(SHOWN_LINES + 2))).toEqual({ shown: lines(SHOWN_LINES), lines: SHOWN_LINES + 2 });
    expect(firstLines(`harmless${'\n'.repeat(100)}rm -rf /`).lines).toBe(101);
    expect(firstLines('trailing\n\n\n')).toEqual({ shown: 'trailing', lines: 1 });
  });
});
