import type { Snapshot } from '../../protocol/ipc/snapshot.ts';
import type { Route } from '../store/navigation.ts';

export interface Hint {
  keys: string[];
  does: string;
}

/** The key that goes with others on this platform. */
export function modifierKey(platform: Snapshot['platform']): string {
  return platform === 'darwin' ? '⌘' : 'Ctrl+';
}

/** The few keys worth knowing on a page, for the footer. */
export function hintsFor(page: Route['page'], platform: Snapshot['platform']): Hint[] {
  switch (page) {
    case 'access':
      return [
        { keys: ['↑', '↓'], does: 'choose' },
        { keys: ['↵'], does: 'ask' },
      ];
    case 'ask':
      return [
        { keys: [`${modifierKey(platform)}↵`], does: 'send' },
        { keys: ['Esc'], does: 'back' },
      ];
    case 'inbox':
      return [
        { keys: ['A'], does: 'approve' },
        { keys: ['D'], does: 'deny' },
        { keys: ['↑', '↓'], does: 'move' },
      ];
    case 'requests':
      return [
        { keys: ['↑', '↓'], does: 'move' },
        { keys: ['↵'], does: 'open' },
      ];
    case 'settings':
      return [{ keys: ['Esc'], does: 'hide' }];
    default:
      return page satisfies never;
  }
}
