import { describe, expect, test } from 'vitest';
import { nearest } from '../../../backend/cli/nearest.ts';
import { portOf, readOptions } from '../../../backend/cli/options.ts';
import { WrongUsage } from '../../../backend/cli/wrong-usage.ts';

const KINDS = { config: 'text', 'trust-proxy': 'list', json: 'flag' } as const;

describe('what is refused, in one sentence', () => {
  test.each<[string, string[], string]>([
    ['a misspelt option', ['--confg', 'x'], 'There is no option --confg; did you mean --config?'],
    ['an option of another kind', ['--colour'], 'There is no option --colour.'],
    ['an option of every object', ['--constructor', 'x'], 'There is no option --constructor.'],
    ['a short option', ['-c', 'x'], 'There is no option -c.'],
    ['no value', ['--config'], '--config needs a value.'],
    ['the next option for a value', ['--config', '--json'], '--config needs a value.'],
    ['a value for a flag', ['--json=yes'], '--json takes no value.'],
    ['an option said twice', ['--config', 'a', '--config', 'b'], '--config is said twice.'],
    ['a flag said twice', ['--json', '--json'], '--json is said twice.'],
    ['a word too many', ['--json', 'more'], 'The word "more" is not understood here.'],
    ['a word after --', ['--', '--json'], 'The word "--json" is not understood here.'],
  ])('%s', (_, words, sentence) => {
    expect(() => readOptions(words, KINDS)).toThrow(new WrongUsage(sentence));
  });

  test.each(['', '0', '65536', '80a', '-1', '1e3', ' 80', '0x50'])('"%s" is no port', (text) => {
    expect(() => portOf('--port', text)).toThrow(WrongUsage);
  });
});

test('what is not said is undefined, false or empty; a value may begin with a hyphen behind an equals sign', () => {
  expect(readOptions([], KINDS).options).toEqual({ config: undefined, 'trust-proxy': [], json: false });
  const { options, rest } = readOptions(['--config=-x', 'file', '--trust-proxy', 'a', '--trust-proxy', 'b'], KINDS, 1);
  expect(options).toEqual({ config: '-x', 'trust-proxy': ['a', 'b'], json: false });
  expect(rest).toEqual(['file']);
  expect(readOptions(['--config', '-'], KINDS).options.config).toBe('-');
});

test.each<[string, string | undefined]>([
  ['servee', 'serve'],
  ['docotr', 'doctor'],
  ['Init', 'init'],
  ['polcy', 'policy'],
  ['restart-everything', undefined],
  ['x', undefined],
])('"%s" is nearest to %s', (word, near) => {
  expect(nearest(word, ['serve', 'doctor', 'init', 'policy'])).toBe(near);
});
