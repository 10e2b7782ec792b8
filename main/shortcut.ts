import { AppError } from '../protocol/errors.ts';

interface ShortcutOptions {
  /** False, or thrown, when it cannot be had. */
  register: (accelerator: string, act: () => void) => boolean;
  unregister: (accelerator: string) => void;
  act: () => void;
}

/** Without one of these a key could not be typed in any program any more. */
const HOLDS: ReadonlySet<string> = new Set(
  ['Command', 'Cmd', 'Control', 'Ctrl', 'CommandOrControl', 'CmdOrCtrl', 'Alt', 'Option', 'AltGr', 'Super', 'Meta'].map(
    (name) => name.toLowerCase(),
  ),
);

/** What is wrong with an accelerator that is to work everywhere on the desktop, or undefined. Pure. */
export function shortcutProblem(accelerator: string): string | undefined {
  const keys = accelerator.split('+').map((key) => key.trim().toLowerCase());
  const held = keys.filter((key) => HOLDS.has(key));
  const pressed = keys.filter((key) => !HOLDS.has(key) && key !== 'shift');
  if (held.length === 0) return 'A shortcut needs Ctrl, Alt, Super or Command with another key.';
  if (pressed.length !== 1 || pressed[0] === '') return 'A shortcut is one key, with others held down.';
  return undefined;
}

/** The key combination that shows the popover from anywhere; at most one. */
export class Shortcut {
  readonly #options: ShortcutOptions;
  #used = '';

  constructor(options: ShortcutOptions) {
    this.#options = options;
  }

  /** Uses this one from now on; '' uses none. What was used stays when it cannot be had. @throws AppError 'invalid-input' */
  use(accelerator: string): void {
    if (accelerator === this.#used) return;
    if (accelerator !== '') {
      const problem = shortcutProblem(accelerator) ?? this.#register(accelerator);
      if (problem !== undefined) throw new AppError('invalid-input', problem, { field: 'shortcut' });
    }
    if (this.#used !== '') this.#options.unregister(this.#used);
    this.#used = accelerator;
  }

  #register(accelerator: string): string | undefined {
    try {
      if (this.#options.register(accelerator, this.#options.act)) return undefined;
      return `"${accelerator}" belongs to another program or to the desktop. Choose another one.`;
    } catch {
      return `"${accelerator}" is no key combination of this computer. Choose another one.`;
    }
  }

  dispose(): void {
    if (this.#used !== '') this.#options.unregister(this.#used);
    this.#used = '';
  }
}
