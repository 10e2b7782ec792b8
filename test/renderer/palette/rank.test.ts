import { describe, expect, test } from 'vitest';
import type { PaletteCommand } from '../../../renderer/palette/command.ts';
import { groupsOf } from '../../../renderer/palette/groups.ts';
import { rankCommands } from '../../../renderer/palette/rank.ts';
import { withRecent } from '../../../renderer/palette/recent.ts';

function command(title: string, over: Partial<PaletteCommand> = {}): PaletteCommand {
  return { id: title, title, group: 'G', icon: 'page', act: { kind: 'here', run: () => undefined }, ...over };
}

const titles = (commands: readonly PaletteCommand[]) => commands.map((c) => c.title);

describe('what a query finds, best first', () => {
  const all = [
    command('Connect to deploy@billing-app', { also: 'production ssh' }),
    command('Extend deploy@billing-app…', { detail: '20 min left' }),
    command('Release deploy@billing-app…'),
    command('Ask for web-app…'),
    command('Settings: Notifications', { also: 'preferences' }),
    command('Show terminals'),
    command('Do not disturb for 1 hour', { also: 'dnd notifications' }),
  ];
  test.each([
    ['rel', ['Release deploy@billing-app…']],
    ['RELEASE', ['Release deploy@billing-app…']],
    // A title that begins with it, before a word that does.
    ['s', ['Settings: Notifications', 'Show terminals', 'Connect to deploy@billing-app']],
    ['bill', ['Connect to deploy@billing-app', 'Extend deploy@billing-app…', 'Release deploy@billing-app…']],
    ['app bill ext', ['Extend deploy@billing-app…']],
    ['deploy@billing', ['Connect to deploy@billing-app', 'Extend deploy@billing-app…', 'Release deploy@billing-app…']],
    // In the title, before the same elsewhere.
    ['notif', ['Settings: Notifications', 'Do not disturb for 1 hour']],
    ['dnd', ['Do not disturb for 1 hour']],
    ['production', ['Connect to deploy@billing-app']],
    // The letters of a row of words.
    ['ctb', ['Connect to deploy@billing-app']],
    ['st', ['Show terminals', 'Do not disturb for 1 hour', 'Settings: Notifications']],
    ['20', ['Extend deploy@billing-app…']],
    ['zebra', []],
    ['connect zebra', []],
    ['.*', []],
    ['*', []],
    ['x', []],
  ])('%j finds %j', (query, found) => {
    expect(titles(rankCommands(all, query, []))).toEqual(found);
  });
});

describe('the ladder: prefix, word start, initials, inside, letters', () => {
  const ladder = ['web one', 'my web', 'wide elm bay', 'cobweb', 'word table embers'].map((title) => command(title));
  test('from best to worst, whatever the order', () => {
    expect(titles(rankCommands(ladder.toReversed(), 'web', []))).toEqual(titles(ladder));
  });

  test.each([
    ['among equals, what was chosen lately comes first', 'my', ['b', 'a'], ['my b', 'my a', 'my c']],
    ['a worse find stays worse, lately chosen or not', 'my', ['z'], ['my a', 'my b', 'my c', 'oh my z']],
  ])('%s', (_name, query, recent, order) => {
    const all = ['my a', 'my b', 'my c', 'oh my z'].map((title) => command(title, { id: title.slice(-1) }));
    expect(titles(rankCommands(all, query, recent)).slice(0, order.length)).toEqual(order);
  });
});

describe('before anything is typed', () => {
  const all = [command('a'), command('b'), command('c', { searchOnly: true }), command('d')];
  test.each([
    ['all but what is found by typing only', [], ['a', 'b', 'd']],
    ['what was chosen lately comes first, once', ['d', 'a'], ['d', 'a', 'b']],
    ['that of a kind found by typing too', ['c'], ['c', 'a', 'b', 'd']],
    ['not what cannot be done any more', ['gone', 'b'], ['b', 'a', 'd']],
  ])('%s', (_name, recent, order) => {
    expect(titles(rankCommands(all, '  ', recent))).toEqual(order);
  });

  test('groups keep the order, lately chosen ones are a group', () => {
    const ranked = rankCommands([command('a'), command('b', { group: 'H' }), command('c', { group: 'H' })], '', ['c']);
    expect(
      groupsOf(ranked, ['c']).map((g) => [g.name, g.commands.map(({ command, at }) => `${at} ${command.title}`)]),
    ).toEqual([
      ['Lately', ['0 c']],
      ['G', ['1 a']],
      ['H', ['2 b']],
    ]);
  });
});

test.each([
  [[], 'a', ['a']],
  [['a', 'b'], 'b', ['b', 'a']],
  [['a', 'b', 'c', 'd', 'e'], 'f', ['f', 'a', 'b', 'c', 'd']],
])('after %j, %s makes %j', (before, id, after) => {
  expect(withRecent(before, id)).toEqual(after);
});
