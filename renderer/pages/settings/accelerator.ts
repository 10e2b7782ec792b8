import type { Snapshot } from '../../../protocol/ipc/snapshot.ts';

type Platform = Snapshot['platform'];
type Press = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'altKey' | 'shiftKey' | 'metaKey'>;

/** What a key press means to the shortcut's field. */
export type Recorded =
  /** In the words of Electron's accelerators, e.g. "Control+Shift+Space". */
  | { kind: 'shortcut'; accelerator: string }
  /** Only Shift, Ctrl… so far. */
  | { kind: 'more' }
  | { kind: 'cancel' }
  /** Left to the page: moves the focus on. */
  | { kind: 'leave' }
  | { kind: 'problem'; sentence: string };

/** Keys by their place (`code`) that Electron knows by another name; letters, digits and F keys are found by rule. */
const NAMES: Readonly<Record<string, string>> = {
  Space: 'Space',
  Tab: 'Tab',
  Enter: 'Return',
  NumpadEnter: 'Return',
  Backspace: 'Backspace',
  Delete: 'Delete',
  Insert: 'Insert',
  Home: 'Home',
  End: 'End',
  PageUp: 'PageUp',
  PageDown: 'PageDown',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  Minus: '-',
  Equal: '=',
  BracketLeft: '[',
  BracketRight: ']',
  Backslash: '\\',
  Semicolon: ';',
  Quote: "'",
  Backquote: '`',
  Comma: ',',
  Period: '.',
  Slash: '/',
};

const MODIFIERS = new Set(['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'OS', 'CapsLock', 'Fn']);

const words = {
  unknown: 'This key cannot be part of a shortcut.',
  bare: (platform: Platform) =>
    platform === 'darwin'
      ? 'Hold ⌃, ⌥ or ⌘ with it, or use a function key.'
      : 'Hold Ctrl, Alt or Super with it, or use a function key.',
  common: (keys: string) => `${keys} belongs to the programs you work in. Add Shift or Alt.`,
} as const;

/** Reads a key press for a shortcut that works in every program. Pure. */
export function recordShortcut(press: Press, platform: Platform): Recorded {
  if (MODIFIERS.has(press.key)) return { kind: 'more' };
  const modifiers = modifiersOf(press, platform);
  if (press.key === 'Escape' && modifiers.length === 0) return { kind: 'cancel' };
  if (press.key === 'Tab' && !press.ctrlKey && !press.altKey && !press.metaKey) return { kind: 'leave' };
  const key = keyOf(press.code);
  if (key === undefined) return { kind: 'problem', sentence: words.unknown };
  const accelerator = [...modifiers, key].join('+');
  const held = press.ctrlKey || press.altKey || press.metaKey;
  if (!held && !/^F\d+$/.test(key)) return { kind: 'problem', sentence: words.bare(platform) };
  const soleCommand = modifiers.length === 1 && modifiers[0] === (platform === 'darwin' ? 'Command' : 'Control');
  if (soleCommand && key !== 'Space' && !/^F\d+$/.test(key))
    return { kind: 'problem', sentence: words.common(shortcutWords(accelerator, platform)) };
  return { kind: 'shortcut', accelerator };
}

/** The modifiers held, as Electron names them, in the order people say them. */
function modifiersOf(press: Press, platform: Platform): string[] {
  const mac = platform === 'darwin';
  return [
    press.ctrlKey ? 'Control' : '',
    press.altKey ? 'Alt' : '',
    press.shiftKey ? 'Shift' : '',
    press.metaKey ? (mac ? 'Command' : 'Super') : '',
  ].filter(Boolean);
}

function keyOf(code: string): string | undefined {
  const letter = /^(?:Key([A-Z])|Digit([0-9])|(F(?:[1-9]|1[0-9]|2[0-4])))$/.exec(code);
  if (letter !== null) return letter[1] ?? letter[2] ?? letter[3];
  const pad = /^Numpad([0-9])$/.exec(code);
  return pad === null ? NAMES[code] : `num${pad[1]}`;
}

const MAC_SIGNS: Readonly<Record<string, string>> = {
  Control: '⌃',
  Alt: '⌥',
  Option: '⌥',
  Shift: '⇧',
  Command: '⌘',
  Cmd: '⌘',
  CommandOrControl: '⌘',
  CmdOrCtrl: '⌘',
};
const PLAIN: Readonly<Record<string, string>> = {
  Control: 'Ctrl',
  CommandOrControl: 'Ctrl',
  CmdOrCtrl: 'Ctrl',
  Return: 'Enter',
  Up: '↑',
  Down: '↓',
  Left: '←',
  Right: '→',
};

/** An accelerator as people read it: "Ctrl+Shift+Space", "⌃⇧Space". */
export function shortcutWords(accelerator: string, platform: Platform): string {
  const parts = accelerator.split('+');
  if (platform === 'darwin') return parts.map((part) => MAC_SIGNS[part] ?? PLAIN[part] ?? part).join('');
  return parts.map((part) => (part === 'Super' && platform === 'win32' ? 'Win' : (PLAIN[part] ?? part))).join('+');
}
