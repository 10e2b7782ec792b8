import type { Destination } from '../../protocol/ipc/bridge.ts';
import type { CommandInput } from '../../protocol/ipc/commands.ts';

/** What the palette may have main do by itself: nothing that takes something away, those have a page that asks. */
type Sendable =
  | 'grants.connect'
  | 'terminal.open'
  | 'native.open'
  | 'settings.change'
  | 'connection.retry'
  | 'clipboard.write'
  | 'window.showTerminals'
  | 'diagnostics.copy'
  | 'signIn.start'
  | 'app.quit';

/** What a command does when it is chosen. */
export type PaletteAct =
  /** Shows a place of the popover, whichever window the palette is in. */
  | { kind: 'show'; destination: Destination }
  | { [K in Sendable]: { kind: 'send'; name: K; input: CommandInput<K> } }[Sendable]
  /** Something of the window itself. */
  | { kind: 'here'; run(): void };

export type PaletteIcon =
  | 'connect'
  | 'time'
  | 'release'
  | 'decide'
  | 'star'
  | 'template'
  | 'target'
  | 'page'
  | 'quiet'
  | 'theme'
  | 'terminal'
  | 'copy'
  | 'person'
  | 'quit'
  | 'update'
  | 'network'
  | 'search'
  | 'files';

/** One line of the palette. */
export interface PaletteCommand {
  /** Stays the same between openings: what was chosen lately is known by it. */
  id: string;
  title: string;
  /** To the right of the title; searched too. */
  detail?: string | undefined;
  /** Searched, not drawn. */
  also?: string | undefined;
  group: string;
  icon: PaletteIcon;
  /** Found by typing only: there are too many of its kind to stand in the first list. */
  searchOnly?: boolean;
  act: PaletteAct;
}
