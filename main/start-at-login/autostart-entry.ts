import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import type { StartAtLogin } from './start-at-login.ts';

/**
 * Start at login on Linux: a file in the person's autostart folder (Desktop Application Autostart Specification).
 * @param command the program and its arguments
 */
export function autostartEntry(
  env: Readonly<Record<string, string | undefined>>,
  command: readonly string[],
): StartAtLogin {
  const configured = env.XDG_CONFIG_HOME;
  // A relative one counts as none (XDG Base Directory Specification).
  const config =
    configured !== undefined && isAbsolute(configured) ? configured : join(env.HOME ?? homedir(), '.config');
  const file = join(config, 'autostart', 'sallyport.desktop');
  return {
    get enabled() {
      return isEnabled(read(file));
    },
    set(enabled) {
      if (!enabled) {
        rmSync(file, { force: true });
        return;
      }
      if (read(file) === entryOf(command)) return;
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      writeFileSync(file, entryOf(command), { mode: 0o644 });
    },
  };
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Desktops switch an entry off by these keys instead of deleting it. */
function isEnabled(entry: string | undefined): boolean {
  if (entry === undefined) return false;
  const says = (key: string, value: string): boolean => new RegExp(`^${key}\\s*=\\s*${value}\\s*$`, 'm').test(entry);
  return !says('Hidden', 'true') && !says('X-GNOME-Autostart-enabled', 'false');
}

/** @param command the program, by its whole path, and its arguments */
export function entryOf(command: readonly string[]): string {
  const [program = ''] = command;
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Sallyport',
    'Comment=Just-in-time SSH access',
    // Once the app is removed, desktops pass over the entry: nobody tidies the homes of those who had it.
    `TryExec=${stringOf(program)}`,
    `Exec=${execOf(command)}`,
    'Icon=sallyport-desktop',
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/**
 * A command line as the Exec key wants it (Desktop Entry Specification, "The Exec key"): each argument in quotes, with
 * ", `, $ and \ escaped by a backslash; a % doubled; and, as in every string of the file, each backslash doubled again.
 */
export function execOf(command: readonly string[]): string {
  const quoted = command.map((argument) => `"${argument.replace(/["`$\\]/g, '\\$&').replaceAll('%', '%%')}"`).join(' ');
  return stringOf(quoted);
}

/** A text as a value of the type string (Desktop Entry Specification, "Possible value types"). */
function stringOf(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\r', '\\r');
}
