import type { Snapshot } from '../../protocol/ipc/snapshot.ts';
import type { Route } from '../store/navigation.ts';

export interface Hint {
  keys: string[];
  does: string;
}

const HIDE: Hint[] = [{ keys: ['Esc'], does: 'hide' }];

/** The key that goes with others on this platform. */
export function modifierKey(platform: Snapshot['platform']): string {
  return platform === 'darwin' ? '⌘' : 'Ctrl+';
}

/** The few keys worth knowing, for the footer: those of the page first. @param waiting how many requests wait for my word */
export function hintsFor(page: Route['page'], platform: Snapshot['platform'], waiting: number): Hint[] {
  return [...ofPage(page, platform, waiting), { keys: [`${modifierKey(platform)}K`], does: 'commands' }];
}

function ofPage(page: Route['page'], platform: Snapshot['platform'], waiting: number): Hint[] {
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
      if (waiting === 0) return HIDE;
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
      return HIDE;
    case 'licences':
      return [{ keys: ['Esc'], does: 'back' }];
    case 'join':
    case 'quit':
      return [{ keys: ['Esc'], does: 'stay' }];
    default:
      return page satisfies never;
  }
}
