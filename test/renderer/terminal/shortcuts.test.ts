import { describe, expect, test } from 'vitest';
import { shortcutOf, shortcutText } from '../../../renderer/terminal/shortcuts.ts';

const NONE = { key: '', code: '', ctrlKey: false, shiftKey: false, altKey: false, metaKey: false };
const ctrl = { ctrlKey: true };
const ctrlShift = { ctrlKey: true, shiftKey: true };
const meta = { metaKey: true };
const shift = { shiftKey: true };
const PLAIN = { selected: false, panes: false };

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
    ['linux', { ...ctrlShift, code: 'KeyF', key: 'F' }, 'find'],
    ['linux', { ...ctrlShift, code: 'KeyF', key: 'А' }, 'find'],
    ['darwin', { ...meta, code: 'KeyF', key: 'f' }, 'find'],
    ['linux', { ...ctrlShift, code: 'KeyD', key: 'D' }, 'split-right'],
    ['win32', { ...ctrlShift, code: 'KeyE', key: 'E' }, 'split-below'],
    ['darwin', { ...meta, code: 'KeyD', key: 'd' }, 'split-right'],
    ['darwin', { ...meta, ...shift, code: 'KeyD', key: 'd' }, 'split-below'],
    ['linux', { ...ctrlShift, code: 'KeyS', key: 'S' }, 'files'],
    ['darwin', { ...meta, ...shift, code: 'KeyS', key: 's' }, 'files'],
    ['linux', { ...ctrl, code: 'Insert', key: 'Insert' }, 'copy'],
    ['win32', { ...ctrl, code: 'KeyV', key: 'v' }, 'paste'],
  ] as const)('on %s %j is %s', (platform, press, shortcut) => {
    expect(shortcutOf({ ...NONE, ...press }, platform, PLAIN)).toBe(shortcut);
  });

  test.each([
    ['linux', { ...ctrlShift, key: 'ArrowLeft' }, { panes: true }, 'focus-left'],
    ['win32', { ...ctrlShift, key: 'ArrowDown' }, { panes: true }, 'focus-down'],
    ['darwin', { ...meta, altKey: true, key: 'ArrowUp' }, { panes: true }, 'focus-up'],
    ['linux', { ...ctrlShift, key: 'ArrowLeft' }, { panes: false }, undefined],
    ['linux', { altKey: true, key: 'ArrowLeft' }, { panes: true }, undefined],
    ['linux', { ...ctrl, key: 'ArrowLeft' }, { panes: true }, undefined],
    ['darwin', { ...ctrlShift, key: 'ArrowLeft' }, { panes: true }, undefined],
    ['win32', { ...ctrl, code: 'KeyC', key: 'c' }, { selected: true }, 'copy'],
    ['win32', { ...ctrl, code: 'KeyC', key: 'c' }, { selected: false }, undefined],
    ['linux', { ...ctrl, code: 'KeyC', key: 'c' }, { selected: true }, undefined],
    ['darwin', { ...ctrl, code: 'KeyC', key: 'c' }, { selected: true }, undefined],
  ] as const)('on %s %j with %j is %s', (platform, press, standing, shortcut) => {
    expect(shortcutOf({ ...NONE, ...press }, platform, { ...PLAIN, ...standing })).toBe(shortcut);
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
    ['linux', { shiftKey: true, key: 'Insert', code: 'Insert' }, 'the paste of the field'],
    ['linux', { ...ctrl, code: 'KeyF', key: 'f' }, 'one letter on'],
    ['linux', { ...ctrl, code: 'KeyS', key: 's' }, 'stop'],
    ['linux', { ...ctrl, code: 'KeyD', key: 'd' }, 'the end of input'],
    ['darwin', { ...ctrl, code: 'KeyV', key: 'v' }, 'verbatim'],
    ['darwin', { ...meta, ...ctrl, code: 'KeyF', key: 'f' }, 'the desktop’s own'],
    ['win32', { ...ctrl, altKey: true, code: 'KeyV', key: '@' }, 'AltGr'],
  ] as const)('on %s %j is for the shell: %s', (platform, press, _for) => {
    expect(shortcutOf({ ...NONE, ...press }, platform, PLAIN)).toBeUndefined();
  });
});

test('what a person reads of a shortcut is what it is', () => {
  for (const platform of ['linux', 'darwin'] as const) {
    for (const shortcut of ['copy', 'paste', 'new', 'close', 'find', 'files', 'split-right', 'split-below'] as const) {
      const text = shortcutText(shortcut, platform);
      const press = {
        ...NONE,
        code: `Key${text.at(-1)}`,
        shiftKey: /Shift|⇧/.test(text),
        ctrlKey: /Ctrl|⌃/.test(text),
        metaKey: text.includes('⌘'),
      };
      expect(shortcutOf(press, platform, PLAIN)).toBe(shortcut);
    }
  }
});
