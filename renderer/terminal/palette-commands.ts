import type { PaletteCommand, PaletteIcon } from '../palette/command.ts';
import { currentSnapshot } from '../store/snapshot.ts';
import { actOn } from './acts.ts';
import { type Shortcut, shortcutText } from './shortcuts.ts';
import { activeTerminal, chooseTerminal } from './tab-store.ts';
import { words } from './words.ts';

const ACTS: readonly { act: Shortcut & keyof typeof words.palette; icon: PaletteIcon; also: string }[] = [
  { act: 'new', icon: 'terminal', also: 'tab' },
  { act: 'split-right', icon: 'terminal', also: 'pane' },
  { act: 'split-below', icon: 'terminal', also: 'pane' },
  { act: 'find', icon: 'search', also: 'search' },
  { act: 'files', icon: 'files', also: 'sftp upload download' },
  { act: 'paste', icon: 'copy', also: 'clipboard' },
  { act: 'close', icon: 'quit', also: 'end' },
];

/** What the command palette does in this window alone: our keys by name, and the way to each terminal. */
export function paletteCommands(): PaletteCommand[] {
  const { terminals, platform } = currentSnapshot();
  const active = activeTerminal();
  const others = terminals.filter(({ id }) => id !== active?.id);
  const acts = active === undefined ? [] : ACTS;
  return [
    ...acts.map(
      ({ act, icon, also }): PaletteCommand => ({
        id: `terminal ${act}`,
        title: words.palette[act],
        detail: shortcutText(act, platform),
        also,
        group: words.title,
        icon,
        act: { kind: 'here', run: () => void actOn(act) },
      }),
    ),
    ...others.map(
      ({ id, title }): PaletteCommand => ({
        id: `terminal ${id}`,
        title: words.goTo(title),
        group: words.title,
        icon: 'terminal',
        act: { kind: 'here', run: () => chooseTerminal(id) },
      }),
    ),
  ];
}
