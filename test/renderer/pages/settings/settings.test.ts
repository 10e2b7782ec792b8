import { describe, expect, test } from 'vitest';
import { findFont, isFontName } from '../../../../renderer/pages/settings/font.ts';
import { nativeChoices } from '../../../../renderer/pages/settings/native-choices.ts';
import { isQuiet, nextMorning } from '../../../../renderer/pages/settings/quiet-time.ts';
import { putBack } from '../../../../renderer/pages/settings/take-away.tsx';
import { words } from '../../../../renderer/pages/settings/words.ts';

const at = (day: number, hour: number, minute = 0) => new Date(2026, 10, day, hour, minute).getTime();

describe('quiet for the night', () => {
  test.each([
    ['in the afternoon, until tomorrow', at(20, 17), at(21, 8)],
    ['after midnight, until this morning', at(21, 2), at(21, 8)],
    ['at 08:00 sharp, until tomorrow', at(21, 8), at(22, 8)],
    ['a minute before, for that minute', at(21, 7, 59), at(21, 8)],
    ['on the last of a month', at(30, 20), new Date(2026, 11, 1, 8).getTime()],
  ])('%s', (_name, now, until) => {
    expect(nextMorning(now)).toBe(until);
  });

  test.each([
    [0, at(20, 1), false],
    [at(20, 2), at(20, 1), true],
    [at(20, 1), at(20, 1), false],
  ])('until %d at %d: %s', (until, now, quiet) => {
    expect(isQuiet(until, now)).toBe(quiet);
  });
});

describe('the terminals to choose from', () => {
  const installed = [{ id: 'xterm', name: 'xterm' }];
  test.each([
    ['the desktop’s own comes first', '', ['', 'xterm']],
    ['an installed one', 'xterm', ['', 'xterm']],
    ['one that is gone stays in sight', 'kitty', ['', 'xterm', 'kitty']],
    ['a name of JavaScript’s own is a name', 'constructor', ['', 'xterm', 'constructor']],
  ])('%s', (_name, chosen, ids) => {
    const choices = nativeChoices(installed, chosen);
    expect(Object.keys(choices)).toEqual(ids);
    expect(typeof choices[chosen]).toBe('string');
  });

  test.each([
    ['only what the organisation allows', ['xterm'], '', ['', 'xterm']],
    ['nothing that it does not', ['built-in'], '', ['']],
    ['one that was chosen before stays in sight', ['xterm'], 'kitty', ['', 'xterm', 'kitty']],
    ['one that is allowed and not here is no choice', ['xterm', 'konsole'], '', ['', 'xterm']],
  ])('%s', (_name, allowed, chosen, ids) => {
    const here = [...installed, { id: 'gnome-terminal', name: 'GNOME Terminal' }];
    expect(Object.keys(nativeChoices(here, chosen, allowed))).toEqual(ids);
  });
});

test.each([
  [0, 'Never'],
  [15, '15 min'],
  [45, '45 min'],
  [60, '1 h'],
  [90, '1 h 30 min'],
  [1440, '1 day'],
  [7 * 1440, '7 days'],
])('idle for %d minutes is “%s”', (minutes, said) => {
  expect(words.idleFor(minutes)).toBe(said);
});

describe('a font’s name', () => {
  test.each([
    ['', true],
    ['JetBrains Mono', true],
    ['Source Code Pro 2.0', true],
    ['思源等宽', true],
    ['x"; color: red', false],
    ["O'Mono", false],
    ['a, b', false],
    ['url(x)', false],
    ['x\ny', false],
    ['m'.repeat(101), false],
  ])('%j: %s', (name, can) => {
    expect(isFontName(name)).toBe(can);
  });
});

describe('whether a font is here, by what it draws', () => {
  /** Draws by the first family it has, as a browser does. */
  const engine =
    (fonts: Record<string, (text: string) => number>) =>
    (text: string, family: string): number => {
      for (const name of family.split(', ')) {
        const draw = fonts[name.replaceAll('"', '')];
        if (draw !== undefined) return draw(text);
      }
      return 0;
    };
  const even = (wide: number) => (text: string) => text.length * wide;
  const uneven = (text: string) => [...text].reduce((sum, letter) => sum + (letter === 'i' ? 3 : 9), 0);
  const system = { serif: uneven, monospace: even(8) };
  test.each([
    ['not installed', 'Nowhere', system, 'missing'],
    ['installed, every letter as wide', 'Hack', { ...system, Hack: even(7) }, 'even'],
    ['the one that is drawn for monospace anyway', 'Hack', { ...system, Hack: even(8) }, 'even'],
    ['installed, letters of their own widths', 'Arial', { ...system, Arial: (t: string) => uneven(t) + 1 }, 'uneven'],
    ['the one that is drawn for serif anyway', 'Times', { ...system, Times: uneven }, 'uneven'],
  ])('%s', (_name, font, fonts, found) => {
    expect(findFont(font, engine(fonts))).toBe(found);
  });
});

describe('what was taken away comes back', () => {
  const name = (item: { n: string }) => item.n;
  const [a, b, c] = [{ n: 'a' }, { n: 'b' }, { n: 'c' }];
  test.each([
    ['where it stood', [a, c], b, 1, ['a', 'b', 'c']],
    ['at the end of a list that grew shorter', [a], c, 2, ['a', 'c']],
    ['not beside another of its name', [{ n: 'b' }, a], b, 0, ['b', 'a']],
    ['into an empty list', [], a, 0, ['a']],
  ])('%s', (_name, list, item, index, names) => {
    expect(putBack(list, item, index, name).map(name)).toEqual(names);
  });
});
