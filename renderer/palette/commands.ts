import type { Destination } from '../../protocol/ipc/bridge.ts';
import type { Snapshot } from '../../protocol/ipc/snapshot.ts';
import { type TabPage, tabsFor, waitingForMe } from '../popover/tabs.ts';
import { diagnosticsWords } from '../words/diagnostics.ts';
import { withoutTurns } from '../words/free-text.ts';
import { askCommands } from './ask-commands.ts';
import type { PaletteCommand } from './command.ts';
import { grantCommands } from './grant-commands.ts';
import { settingsCommands } from './settings-commands.ts';
import { words } from './words.ts';

/**
 * Everything one may do at this moment, in the order it is offered before anything is typed. Pure.
 * @param now this computer's clock, epoch ms
 */
export function commandsOf(snapshot: Snapshot, now: number, window: 'popover' | 'terminal'): PaletteCommand[] {
  if (snapshot.signIn.state !== 'signed-in')
    return [...signedOut(snapshot), ...settingsCommands(snapshot, now), ...ofApp()];
  const backendNow = now + snapshot.clockSkewMs;
  return [
    ...grantCommands(snapshot, backendNow),
    ...toDecide(snapshot, backendNow),
    ...askCommands(snapshot),
    ...toGo(snapshot, window),
    ...settingsCommands(snapshot, now),
    ...ofApp(),
    {
      id: 'sign-out',
      title: words.signOut,
      also: 'log out leave',
      group: words.groups.app,
      icon: 'person',
      act: { kind: 'show', destination: { page: 'settings', leaving: true } },
    },
    {
      id: 'quit',
      title: words.quit,
      also: 'exit close',
      group: words.groups.app,
      icon: 'quit',
      act: { kind: 'show', destination: { page: 'quit' } },
    },
  ];
}

function toDecide(snapshot: Snapshot, now: number): PaletteCommand[] {
  return waitingForMe(snapshot, now).map((request) => ({
    id: `decide ${request.id}`,
    title: words.decide(withoutTurns(request.requester.name), `${request.login}@${request.target.name}`),
    also: `approve deny ${Object.values(request.target.labels).join(' ')}`,
    group: words.groups.decide,
    icon: 'decide',
    act: { kind: 'show', destination: { page: 'inbox', requestId: request.id } },
  }));
}

const DESTINATIONS: Record<TabPage, Destination> = {
  access: { page: 'home' },
  requests: { page: 'requests', requestId: null },
  inbox: { page: 'inbox', requestId: null },
  settings: { page: 'settings' },
};

function toGo(snapshot: Snapshot, window: 'popover' | 'terminal'): PaletteCommand[] {
  const group = words.groups.pages;
  const pages = tabsFor(snapshot).map(
    (page): PaletteCommand => ({
      id: `page ${page}`,
      title: words.pages[page],
      also: 'page',
      group,
      icon: 'page',
      act: { kind: 'show', destination: DESTINATIONS[page] },
    }),
  );
  if (window === 'popover' && snapshot.terminals.length > 0)
    pages.push({
      id: 'terminals',
      title: words.terminals,
      group,
      icon: 'terminal',
      act: { kind: 'send', name: 'window.showTerminals', input: {} },
    });
  return pages;
}

function ofApp(): PaletteCommand[] {
  return [
    {
      id: 'diagnostics',
      title: diagnosticsWords.copy,
      also: 'log support help',
      group: words.groups.app,
      icon: 'copy',
      act: { kind: 'send', name: 'diagnostics.copy', input: {} },
    },
    {
      id: 'retry',
      title: words.retry,
      also: 'connection offline online network',
      group: words.groups.app,
      icon: 'network',
      searchOnly: true,
      act: { kind: 'send', name: 'connection.retry', input: {} },
    },
  ];
}

function signedOut({ signIn, settings, managed }: Snapshot): PaletteCommand[] {
  const group = words.groups.app;
  const quit: PaletteCommand = {
    id: 'quit',
    title: words.quit,
    group,
    icon: 'quit',
    // Nobody is signed in, so nothing is open: main has nothing to ask.
    act: { kind: 'send', name: 'app.quit', input: {} },
  };
  const can = signIn.state === 'signed-out' && settings.backendAddress !== '' && managed.problem === null;
  if (!can) return [quit];
  const start: PaletteCommand = {
    id: 'sign-in',
    title: words.signIn,
    group,
    icon: 'person',
    act: { kind: 'send', name: 'signIn.start', input: {} },
  };
  return [start, quit];
}
