import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { describe, expect, it } from 'vitest';
import { withNothingOpen } from '../../../../main/terminal/native/clean-start.ts';

const LIST = ['/bin/ls', '/proc/self/fd'];

/** Descriptors that a program is born with, besides the one with which it looks. Some of ours are let through, as Chromium's are. */
function bornWith([program = '', ...args]: readonly string[], env = process.env): number[] {
  const leaked = [3, 4, 15].map(() => openSync(devNull, 'r'));
  const [first = 0, second = 0, third = 0] = leaked;
  try {
    const stdio: (number | 'ignore' | 'pipe')[] = ['ignore', 'pipe', 'ignore', first, second];
    while (stdio.length < 15) stdio.push('ignore');
    stdio.push(third);
    const { stdout } = spawnSync(program, args, { stdio, encoding: 'utf8', env });
    return stdout.split('\n').filter(Boolean).map(Number);
  } finally {
    for (const fd of leaked) closeSync(fd);
  }
}

describe.runIf(process.platform === 'linux')('a program that is started with nothing open', () => {
  it('has the three standard descriptors, and none of the app’s', () => {
    expect(bornWith(LIST)).toEqual(expect.arrayContaining([4, 15]));
    // The highest is the folder that it looks at.
    expect(bornWith(withNothingOpen(LIST, 'linux', true))).toEqual([0, 1, 2, 3]);
  });

  it.each([
    ['options', { SHELLOPTS: 'noglob' }],
    ['a name to leave out', { GLOBIGNORE: '/proc/self/fd/*' }],
    ['a function', { 'BASH_FUNC_eval%%': '() { :; }' }],
    ['a file to read first', { BASH_ENV: '/proc/self/environ' }],
  ])('has them closed whatever the person’s environment tells bash: %s', (_, more) => {
    const born = bornWith(withNothingOpen(LIST, 'linux', true), { ...process.env, ...more });
    expect(born).toEqual([0, 1, 2, 3]);
  });

  it('gets its arguments as they are', () => {
    const nasty = ['a b', '$(id)', '"; exit 9', '*', '-c', "it's"];
    const [program = '', ...args] = withNothingOpen(['/usr/bin/printf', '%s\\n', ...nasty], 'linux', true);
    expect(spawnSync(program, args, { encoding: 'utf8' }).stdout.split('\n').slice(0, -1)).toEqual(nasty);
  });

  it('says what it has to say where it would', () => {
    const [program = '', ...args] = withNothingOpen(['/bin/sh', '-c', 'echo no display >&2'], 'linux', true);
    expect(spawnSync(program, args, { encoding: 'utf8' }).stderr).toBe('no display\n');
  });

  it('ends with its own status', () => {
    const [program = '', ...args] = withNothingOpen(['/bin/sh', '-c', 'exit 7'], 'linux', true);
    expect(spawnSync(program, args).status).toBe(7);
  });
});

it('a program that is not there is left to be found missing', () => {
  expect(withNothingOpen(['/nowhere/terminal'], 'linux', true)).toEqual(['/nowhere/terminal']);
});

describe('where descriptors cannot be closed', () => {
  it.each([
    ['there is no bash', 'linux', false],
    ['it is a Mac', 'darwin', true],
    ['it is Windows', 'win32', true],
  ] as const)('the program starts as it is: %s', (_, platform, hasBash) => {
    expect(withNothingOpen(['/bin/sh', '-e', 'x'], platform, hasBash)).toEqual(['/bin/sh', '-e', 'x']);
  });
});
