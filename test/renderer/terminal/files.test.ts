import { describe, expect, test } from 'vitest';
import {
  doneShare,
  type Entry,
  joined,
  parentOf,
  shownName,
  sizeWords,
  sorted,
} from '../../../renderer/terminal/files/listing.ts';

const entry = (name: string, kind: Entry['kind'] = 'file'): Entry => ({
  name,
  kind,
  bytes: 1,
  modifiedAt: 0,
  permissions: 0o644,
});
const names = (entries: readonly Entry[]) => entries.map((e) => e.name);

describe('a folder', () => {
  test('is drawn with folders first, as people sort', () => {
    const entries = ['b10', 'B2', 'a', '.x'].map((n) => entry(n)).concat(entry('zoo', 'folder'), entry('l', 'link'));
    expect(names(sorted(entries, false))).toEqual(['zoo', 'a', 'B2', 'b10', 'l']);
    expect(names(sorted(entries, true))).toContain('.x');
  });

  test.each([
    ['/', '/', '/a'],
    ['/srv', '/', '/srv/a'],
    ['/srv/x', '/srv', '/srv/x/a'],
    ['/srv/x/', '/srv', '/srv/x/a'],
  ])('%s is below %s', (path, parent, inside) => {
    expect(parentOf(path)).toBe(parent);
    expect(joined(path, 'a')).toBe(inside);
  });

  test.each([
    ['plain.txt', 'plain.txt'],
    ['two\nlines', 'two␦lines'],
    ['\x1b[31mred', '␦[31mred'],
    ['fdp\u202efdp.exe', 'fdpfdp.exe'],
  ])('a name %j is drawn as %j', (name, shown) => {
    expect(shownName(name)).toBe(shown);
  });
});

test.each([
  [0, '0 B'],
  [812, '812 B'],
  [999, '999 B'],
  [1_000, '1.0 kB'],
  [1_449, '1.4 kB'],
  [9_949, '9.9 kB'],
  [9_950, '10 kB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [23_400_000_000, '23 GB'],
  [5e18, '5000 PB'],
])('%d bytes are %s', (bytes, words) => {
  expect(sizeWords(bytes)).toBe(words);
});

test.each([
  [{ bytes: 0, totalBytes: null, status: { state: 'moving' } }, null],
  [{ bytes: 5, totalBytes: null, status: { state: 'moving' } }, null],
  [{ bytes: 5, totalBytes: 10, status: { state: 'moving' } }, 0.5],
  [{ bytes: 50, totalBytes: 10, status: { state: 'moving' } }, 1],
  [{ bytes: 0, totalBytes: 0, status: { state: 'moving' } }, 0],
  [{ bytes: 0, totalBytes: 0, status: { state: 'done', sentence: '', whole: true } }, 1],
] as const)('of %j so much is done: %s', (transfer, share) => {
  expect(doneShare(transfer)).toBe(share);
});
