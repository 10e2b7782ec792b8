import { describe, expect, it } from 'vitest';
import { Habits } from '../../main/habits.ts';
import { Shortcut, shortcutProblem } from '../../main/shortcut.ts';
import { silentLog } from './examples.ts';

describe('a shortcut for the whole desktop', () => {
  it.each([
    ['A', true],
    ['F5', true],
    ['Shift+A', true],
    ['Ctrl', true],
    ['Ctrl+', true],
    ['Ctrl+Alt', true],
    ['Ctrl+A+B', true],
    ['', true],
    ['Ctrl+A', false],
    ['CommandOrControl+Shift+S', false],
    ['super+space', false],
    ['Alt+F2', false],
  ])('%j has a problem: %s', (accelerator, problem) => {
    expect(shortcutProblem(accelerator) !== undefined).toBe(problem);
  });

  function setUp(taken: string[] = []) {
    const held = new Set<string>();
    const shortcut = new Shortcut({
      register: (accelerator) => {
        if (accelerator.includes('Nonsense')) throw new TypeError('conversion failure');
        if (taken.includes(accelerator)) return false;
        held.add(accelerator);
        return true;
      },
      unregister: (accelerator) => held.delete(accelerator),
      act: () => undefined,
    });
    return { shortcut, held: () => [...held] };
  }

  it('takes the place of the one before', () => {
    const { shortcut, held } = setUp();
    shortcut.use('Ctrl+A');
    shortcut.use('Ctrl+B');
    expect(held()).toEqual(['Ctrl+B']);
    shortcut.use('');
    expect(held()).toEqual([]);
  });

  it.each([
    ['Ctrl+T', /belongs to another program/],
    ['Ctrl+Nonsense', /no key combination/],
    ['A', /needs Ctrl/],
  ])('that cannot be had (%s) leaves the one before, and says why', (accelerator, words) => {
    const { shortcut, held } = setUp(['Ctrl+T']);
    shortcut.use('Ctrl+A');
    expect(() => shortcut.use(accelerator)).toThrow(
      expect.objectContaining({ code: 'invalid-input', field: 'shortcut', message: expect.stringMatching(words) }),
    );
    expect(held()).toEqual(['Ctrl+A']);
  });

  it('is given back at the end', () => {
    const { shortcut, held } = setUp();
    shortcut.use('Ctrl+A');
    shortcut.dispose();
    expect(held()).toEqual([]);
  });
});

describe('settings that live in the desktop', () => {
  function setUp({ enabled = false, fails = false, taken = false } = {}) {
    const did: string[] = [];
    const habits = new Habits({
      log: silentLog,
      shortcut: {
        use: (accelerator) => {
          if (taken) throw new Error('taken');
          did.push(`shortcut ${accelerator}`);
        },
      },
      startAtLogin: {
        enabled,
        set: (on) => {
          if (fails) throw new Error('read-only');
          did.push(`start ${on}`);
        },
      },
    });
    return { habits, did };
  }

  it('are made so only where they are chosen', () => {
    const { habits, did } = setUp();
    habits.use({ theme: 'dark' });
    expect(did).toEqual([]);
    habits.use({ shortcut: 'Ctrl+A', startAtLogin: false });
    expect(did).toEqual(['shortcut Ctrl+A', 'start false']);
  });

  it('are refused in a sentence where the desktop does not let us', () => {
    const { habits } = setUp({ fails: true });
    expect(() => habits.use({ startAtLogin: true })).toThrow(expect.objectContaining({ field: 'startAtLogin' }));
  });

  it.each<[string, { enabled?: boolean; fails?: boolean; taken?: boolean }, boolean, object]>([
    ['as it was kept', { enabled: true }, true, {}],
    ['switched off in the desktop’s own settings', { enabled: false }, true, { startAtLogin: false }],
    ['switched on there', { enabled: true }, false, { startAtLogin: true }],
    ['not writable now', { enabled: true, fails: true }, true, {}],
    ['with a shortcut that is taken now', { taken: true }, false, {}],
  ])('are read at the start: %s', (_name, desktop, kept, changed) => {
    expect(setUp(desktop).habits.begin({ shortcut: 'Ctrl+A', startAtLogin: kept })).toEqual(changed);
  });

  it.each([
    [true, false, ['start true']],
    [true, true, ['start true']],
    [false, true, ['start false']],
    [false, false, []],
  ])('are made so at the start, %s, where the organisation says so and the desktop said %s', (given, enabled, done) => {
    const { habits, did } = setUp({ enabled });
    expect(habits.begin({ shortcut: '', startAtLogin: given }, true)).toEqual({});
    expect(did).toEqual(['shortcut ', ...done]);
  });
});
