import { describe, expect, test } from 'vitest';
import { cleanPaste, previewOf, runsAtOnce } from '../../../renderer/terminal/paste.ts';

describe('a paste', () => {
  test.each([
    ['\x1b[201~rm -rf /\n', '[201~rm -rf /\n'],
    ['a\x9b201~b', 'a201~b'],
    ['a\x00b\x07c\x7fd', 'abcd'],
    ['a\x03\x04b', 'ab'],
    ['tab\tline\r\nend', 'tab\tline\r\nend'],
    ['grüße 日本語 👍', 'grüße 日本語 👍'],
  ])('%j is pasted as %j', (text, clean) => {
    expect(cleanPaste(text)).toBe(clean);
  });

  test.each([
    ['one line', false, false],
    ['one line\n', false, true],
    ['two\nlines', false, true],
    ['two\rlines', false, true],
    ['two\nlines', true, false],
    ['', false, false],
  ])('%j, asked for whole: %s, runs at once: %s', (text, bracketed, runs) => {
    expect(runsAtOnce(text, bracketed)).toBe(runs);
  });

  test('is shown in part before it is asked about', () => {
    expect(previewOf('a\nb\n')).toEqual({ lines: 2, shown: 'a\nb', hidden: 0 });
    expect(previewOf('a\r\n')).toEqual({ lines: 1, shown: 'a', hidden: 0 });
    expect(previewOf('1\n2\n3\n4\n5\n6\n7\n8')).toEqual({ lines: 8, shown: '1\n2\n3\n4\n5\n6', hidden: 2 });
  });
});
