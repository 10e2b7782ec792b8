import { describe, expect, test } from 'vitest';
import { shortcutOf } from '../../../renderer/terminal/shortcuts.ts';

const NONE = { key: '', code: '', ctrlKey: false, shiftKey: false, altKey: false, metaKey: false };
const ctrl = { ctrlKey: true };
const ctrlShift = { ctrlKey: true, shiftKey: true };
const meta = { metaKey: true };

describe('our own keys', () => {
  test.each([
    ['linux', { ...ctrlShift, code: 'KeyC', key: 'C' }, 'copy'],
    ['linux', { ...ctrlShift, code: 'KeyV', key: 'М' }, 'paste'],
    ['win32', { ...ctrlShift, code: 'KeyW', key: 'W' }, 'close'],
    ['win32', { ...ctrlShift, code: 'KeyT', key: 'T' }, 'new'],
    ['darwin', { ...meta, code: 'KeyC', key: 'c' }, 'copy'],
    ['darwin', { ...meta, code: 'KeyV', key: 'v' }, 'paste'],
    ['linux', { ...ctrl, key: 'Tab', code: 'Tab' }, 'next'],
    ['linux', { ...ctrlShift, key: 'Tab', code: 'Tab' }, 'previous'],
    ['darwin', { ...ctrl, key: 'PageDown', code: 'PageDown' }, 'next'],
    ['linux', { ...ctrl, key: 'PageUp', code: 'PageUp' }, 'previous'],
    ['linux', { ...ctrl, key: 'F6', code: 'F6' }, 'tabs'],
  ] as const)('on %s %j is %s', (platform, press, shortcut) => {
    expect(shortcutOf({ ...NONE, ...press }, platform)).toBe(shortcut);
  });

  test.each([
    ['linux', { ...ctrl, code: 'KeyC', key: 'c' }, 'interrupt'],
    ['linux', { ...ctrl, code: 'KeyW', key: 'w' }, 'erase a word'],
    ['linux', { ...ctrl, code: 'KeyV', key: 'v' }, 'verbatim'],
    ['linux', { ...meta, code: 'KeyC', key: 'c' }, 'the desktop’s own'],
    ['darwin', { ...ctrlShift, code: 'KeyC', key: 'C' }, 'nothing on macOS'],
    ['darwin', { ...ctrl, code: 'KeyC', key: 'c' }, 'interrupt'],
    ['linux', { ...ctrlShift, altKey: true, code: 'KeyC', key: 'C' }, 'AltGr'],
    ['linux', { key: 'Tab', code: 'Tab' }, 'completion'],
    ['linux', { key: 'PageUp', code: 'PageUp' }, 'a pager'],
    ['linux', { key: 'F6', code: 'F6' }, 'a program'],
    ['linux', { shiftKey: true, key: 'PageUp', code: 'PageUp' }, 'scrolling'],
  ] as const)('on %s %j is for the shell: %s', (platform, press, _for) => {
    expect(shortcutOf({ ...NONE, ...press }, platform)).toBeUndefined();
  });
});
