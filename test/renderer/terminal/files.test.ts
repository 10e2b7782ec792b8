import { describe, expect, test } from 'vitest';
import { sizeWords } from '../../../protocol/size.ts';
import { listAct } from '../../../renderer/terminal/files/list-keys.ts';
import {
  changedWords,
  crumbsOf,
  doneShare,
  type Entry,
  joined,
  parentOf,
  permissionWords,
  type Sort,
  shownName,
  sorted,
  tailOf,
  typedAhead,
} from '../../../renderer/terminal/files/listing.ts';

const entry = (name: string, kind: Entry['kind'] = 'file'): Entry => ({
  name,
  kind,
  bytes: 1,
  modifiedAt: 0,
  permissions: 0o644,
});
const BY_NAME: Sort = { by: 'name', down: false };
const names = (entries: readonly Entry[]) => entries.map((e) => e.name);

describe('a folder', () => {
  test('is drawn with folders first, as people sort', () => {
    const entries = ['b10', 'B2', 'a', '.x'].map((n) => entry(n)).concat(entry('zoo', 'folder'), entry('l', 'link'));
    expect(names(sorted(entries, false, BY_NAME))).toEqual(['zoo', 'a', 'B2', 'b10', 'l']);
    expect(names(sorted(entries, true, BY_NAME))).toContain('.x');
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
    ['two\nlines', 'two\ufffdlines'],
    ['\x1b[31mred', '\ufffd[31mred'],
    ['fdp\u202efdp.exe', 'fdp\ufffdfdp.exe'],
    ['no\u200bspace', 'no\ufffdspace'],
    ['\ufeffbom', '\ufffdbom'],
    ['next\u2028line', 'next\ufffdline'],
    ['tag\u{e0041}', 'tag\ufffd'],
    ['\u3164', '\ufffd'],
    [' both ends  ', '\u2423both ends\u2423\u2423'],
    ['\u{1f469}\u200d\u{1f4bb} کتاب\u200cها', '\u{1f469}\u200d\u{1f4bb} کتاب\u200cها'],
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

describe('a folder sorted', () => {
  const entries: Entry[] = [
    { ...entry('b'), bytes: 5, modifiedAt: 3 },
    { ...entry('a'), bytes: 5, modifiedAt: 1 },
    { ...entry('c'), bytes: 9, modifiedAt: 2 },
    { ...entry('z', 'folder'), bytes: 4096, modifiedAt: 0 },
  ];

  test.each<[Sort['by'], boolean, string]>([
    ['name', false, 'zabc'],
    ['name', true, 'zcba'],
    ['size', false, 'zabc'],
    ['size', true, 'zcab'],
    ['changed', false, 'zacb'],
    ['changed', true, 'zbca'],
  ])('by %s, falling: %s, has folders first and what is equal by name', (by, down, order) => {
    expect(names(sorted(entries, true, { by, down })).join('')).toBe(order);
  });
});

test.each([
  [0o644, 'rw-r--r--'],
  [0o755, 'rwxr-xr-x'],
  [0, '---------'],
  [0o777, 'rwxrwxrwx'],
  [0o4755, 'rwsr-xr-x'],
  [0o2644, 'rw-r-Sr--'],
  [0o1777, 'rwxrwxrwt'],
  [0o1666, 'rw-rw-rwT'],
  [null, ''],
])('permissions %s are %j', (bits, words) => {
  expect(permissionWords(bits)).toBe(words);
});

test.each([
  ['/', ['/']],
  ['/srv', ['/', '/srv']],
  ['/srv//x/', ['/', '/srv', '/srv/x']],
])('the folders above %s are %j', (path, all) => {
  expect(crumbsOf(path).map((crumb) => crumb.path)).toEqual(all);
});

test.each([
  ['short.pdf', 'short.pdf', ''],
  ['a very long name of a file.tar.gz', 'a very long name of a f', 'ile.tar.gz'],
])('of %s the end %s stays in sight', (name, head, tail) => {
  expect(tailOf(name)).toEqual([head, tail]);
});

test('what was changed long ago, or is to be, says the year', () => {
  const now = Date.UTC(2026, 10, 20, 12);
  expect(changedWords(Date.UTC(2025, 9, 16, 12), now)).toBe('16 Oct 2025');
  expect(changedWords(Date.UTC(2106, 1, 7, 12), now)).toBe('7 Feb 2106');
  expect(changedWords(now - 10 * 86_400_000, now)).not.toContain('2026');
});

test.each([
  [0, 'b', 1],
  [2, 'b', 3],
  [3, 'BR', 3],
  [0, 'x', -1],
])('from row %i on, typing %s leads to row %i', (from, typed, row) => {
  expect(
    typedAhead(
      ['a', 'b', 'c', 'brown'].map((n) => entry(n)),
      from,
      typed,
    ),
  ).toBe(row);
});

describe('a key in the list', () => {
  const press = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {}) => ({
    ...{ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held },
  });
  const does = (key: string, held = {}, typing = false) => listAct(press(key, held), 5, 100, 10, typing);

  test.each([
    ['ArrowDown', 6],
    ['ArrowUp', 4],
    ['PageDown', 15],
    ['PageUp', 0],
    ['Home', 0],
    ['End', 99],
  ])('%s moves to row %i', (key, to) => {
    expect(does(key)).toEqual({ act: 'move', to, choosing: false });
    expect(does(key, { shiftKey: true })).toEqual({ act: 'move', to, choosing: true });
  });

  test.each([
    ['Enter', {}, { act: 'open' }],
    ['Backspace', {}, { act: 'up' }],
    ['ArrowUp', { altKey: true }, { act: 'up' }],
    ['Escape', {}, { act: 'choose-none' }],
    [' ', {}, { act: 'choose' }],
    ['a', { ctrlKey: true }, { act: 'choose-all' }],
    ['A', { metaKey: true }, { act: 'choose-all' }],
    ['é', {}, { act: 'type', text: 'é' }],
    ['c', { ctrlKey: true }, undefined],
    ['Tab', {}, undefined],
    ['F5', {}, undefined],
    ['x', { altKey: true }, undefined],
  ])('%s with %j does %j', (key, held, act) => {
    expect(does(key, held)).toEqual(act);
  });

  test('a space is a letter while others are typed', () => {
    expect(does(' ', {}, true)).toEqual({ act: 'type', text: ' ' });
  });

  test('moves nowhere in an empty folder', () => {
    expect(listAct(press('ArrowDown'), 0, 0, 1, false)).toBeUndefined();
  });
});
