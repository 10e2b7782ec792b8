import { describe, expect, test } from 'vitest';
import type { Update } from '../../../../protocol/ipc/snapshot.ts';
import { splitCommand, viewOf } from '../../../../renderer/pages/settings/update-view.ts';
import { MINUTE, NOON } from '../../examples.ts';

const notes = 'Faster.';
const how = 'Your IT installs it.';
const problem = { code: 'offline', message: 'Nobody answers.' } as const;
const available = { state: 'available', version: '2.0.0', notes, how } as const;
const view = (update: Update) => viewOf(update, { version: '1.2.3' }, NOON);

describe('how it stands with a newer version, and the one thing to do', () => {
  test.each([
    ['off says why, and has none', { state: 'off', why: 'It is off.' }, 'It is off.', null],
    ['not looked yet', { state: 'current', checkedAt: null }, 'Not looked for a newer one yet.', 'check'],
    [
      'looked lately',
      { state: 'current', checkedAt: NOON - 12 * MINUTE },
      'This is the newest. Looked for another 12 min ago.',
      'check',
    ],
    [
      'on its way has none',
      { state: 'downloading', version: '2.0.0', percent: 42 },
      'Version 2.0.0 is on its way.',
      null,
    ],
    [
      'what others install is only looked for',
      { ...available, installable: false },
      'Version 2.0.0 is there.',
      'check',
    ],
    [
      'what this app may install is installed',
      { ...available, installable: true },
      'Version 2.0.0 is there.',
      'install',
    ],
    [
      'ready: a restart',
      { state: 'ready', version: '2.0.0', notes },
      'Version 2.0.0 is ready, and runs after a restart.',
      'install',
    ],
    [
      'failed says that the running one goes on',
      { state: 'failed', version: '2.0.0', problem },
      'Version 2.0.0 could not be installed. Sallyport 1.2.3 goes on as it is.',
      'check',
    ],
    [
      'failed before a version was known',
      { state: 'failed', version: null, problem },
      'Looking for a newer version failed. Sallyport 1.2.3 goes on as it is.',
      'check',
    ],
  ] satisfies [string, Update, string, string | null][])('%s', (_name, update, line, does) => {
    const { line: said, button } = view(update);
    expect([said, button?.does ?? null]).toEqual([line, does]);
  });

  test('while it looks the button waits', () => {
    expect(view({ state: 'checking' })).toMatchObject({ busy: true, button: { does: 'check' } });
  });

  test('a failure keeps its own words', () => {
    expect(view({ state: 'failed', version: null, problem }).problem).toEqual(problem);
  });

  test('notes that say nothing are not drawn', () => {
    expect(view({ state: 'ready', version: '2.0.0', notes: ' \n' }).notes).toBeNull();
  });
});

describe('a command in a sentence', () => {
  test.each([
    ['Your package manager installs it: sudo dnf upgrade sallyport', 'sudo dnf upgrade sallyport'],
    ['It does: sudo apt update && sudo apt upgrade sallyport', 'sudo apt update && sudo apt upgrade sallyport'],
    ['Your IT installs it.', null],
    ['Your IT says: it is not for everybody.', null],
    ['Never run sudo rm.', null],
    ['', null],
  ])('%s', (sentence, command) => {
    const split = splitCommand(sentence);
    expect(split.command).toBe(command);
    expect(command === null ? split.says : `${split.says} ${command}`).toBe(sentence);
  });
});
