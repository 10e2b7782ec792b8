import { describe, expect, test } from 'vitest';
import { recordShortcut, shortcutWords } from '../../../../renderer/pages/settings/accelerator.ts';

/** "Ctrl+Shift KeyK k" as the event a browser gives. */
function press(text: string) {
  const [code = '', key = '', ...held] = text.split(' ');
  return {
    code,
    key,
    ctrlKey: held.includes('ctrl'),
    altKey: held.includes('alt'),
    shiftKey: held.includes('shift'),
    metaKey: held.includes('meta'),
  };
}

describe('a press becomes a shortcut in the words of Electron', () => {
  test.each([
    ['linux', 'KeyK K ctrl shift', 'Control+Shift+K'],
    ['linux', 'KeyK k ctrl alt', 'Control+Alt+K'],
    // A Cyrillic layout: the place of the key counts.
    ['linux', 'KeyK л ctrl alt', 'Control+Alt+K'],
    ['linux', 'Digit1 ! ctrl shift', 'Control+Shift+1'],
    ['linux', 'Numpad1 1 ctrl alt', 'Control+Alt+num1'],
    ['linux', 'Space   ctrl', 'Control+Space'],
    ['linux', 'F9 F9', 'F9'],
    ['linux', 'F24 F24 shift', 'Shift+F24'],
    ['linux', 'KeyS s meta', 'Super+S'],
    ['linux', 'ArrowUp ArrowUp ctrl alt', 'Control+Alt+Up'],
    ['linux', 'Enter Enter ctrl alt', 'Control+Alt+Return'],
    ['linux', 'Escape Escape ctrl shift', undefined],
    ['win32', 'Backquote ` alt', 'Alt+`'],
    ['darwin', 'KeyK k ctrl', 'Control+K'],
    ['darwin', 'KeyK K meta shift', 'Shift+Command+K'],
    ['darwin', 'Space   alt', 'Alt+Space'],
  ] as const)('%s: %s', (platform, text, accelerator) => {
    const recorded = recordShortcut(press(text), platform);
    expect(recorded.kind === 'shortcut' ? recorded.accelerator : undefined).toBe(accelerator);
  });
});

describe('what is no shortcut', () => {
  test.each([
    ['linux', 'ControlLeft Control ctrl', 'more'],
    ['linux', 'ShiftLeft Shift shift', 'more'],
    ['linux', 'AltRight AltGraph', 'more'],
    ['darwin', 'MetaLeft Meta meta', 'more'],
    ['linux', 'Escape Escape', 'cancel'],
    ['linux', 'Tab Tab', 'leave'],
    ['linux', 'Tab Tab shift', 'leave'],
    ['linux', 'KeyA a', 'problem'],
    ['linux', 'KeyA A shift', 'problem'],
    ['linux', 'Space  ', 'problem'],
    // What every program uses: copy would be gone.
    ['linux', 'KeyC c ctrl', 'problem'],
    ['win32', 'KeyV v ctrl', 'problem'],
    ['darwin', 'KeyQ q meta', 'problem'],
    ['linux', 'IntlRo ro ctrl alt', 'problem'],
    ['linux', 'F25 F25', 'problem'],
    ['linux', ' Unidentified ctrl', 'problem'],
  ] as const)('%s: %s is %s', (platform, text, kind) => {
    expect(recordShortcut(press(text), platform).kind).toBe(kind);
  });
});

test.each([
  ['linux', 'Control+Shift+Space', 'Ctrl+Shift+Space'],
  ['linux', 'CommandOrControl+K', 'Ctrl+K'],
  ['linux', 'Super+S', 'Super+S'],
  ['win32', 'Super+S', 'Win+S'],
  ['win32', 'Control+Alt+Up', 'Ctrl+Alt+↑'],
  ['darwin', 'Shift+Command+K', '⇧⌘K'],
  ['darwin', 'Control+Alt+Return', '⌃⌥Enter'],
] as const)('%s reads %s as %s', (platform, accelerator, text) => {
  expect(shortcutWords(accelerator, platform)).toBe(text);
});
