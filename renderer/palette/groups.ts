import type { PaletteCommand } from './command.ts';
import { words } from './words.ts';

interface Group {
  name: string;
  /** With their places in the whole list. */
  commands: { command: PaletteCommand; at: number }[];
}

/** The list under the names of its groups, which keep its order: what was chosen lately is a group of its own. Pure. */
export function groupsOf(commands: readonly PaletteCommand[], recent: readonly string[]): Group[] {
  const groups: Group[] = [];
  commands.forEach((command, at) => {
    const name = recent.includes(command.id) ? words.groups.recent : command.group;
    const last = groups.at(-1);
    if (last?.name === name) last.commands.push({ command, at });
    else groups.push({ name, commands: [{ command, at }] });
  });
  return groups;
}
