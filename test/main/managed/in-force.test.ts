import { describe, expect, it } from 'vitest';
import { enforcedNames, isGiven, settingsInForce } from '../../../main/managed/in-force.ts';
import type { Layers } from '../../../main/managed/policy.ts';
import type { Manageable } from '../../../protocol/ipc/managed.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../protocol/ipc/settings.ts';

const layers = (enforced: Manageable, defaults: Manageable = {}): Layers => ({ enforced, defaults });
const [A, B, C, D] = ['a', 'b', 'c', 'd'].map((name) => `https://${name}.example`) as [string, string, string, string];

describe('what is in force', () => {
  it.each<[string, { enforced?: string; now?: string; chosen?: string; preset?: string }, string]>([
    ['what is enforced', { enforced: A, now: B, chosen: C, preset: D }, A],
    ['the backend of this run', { now: B, chosen: C, preset: D }, B],
    ['what was chosen', { chosen: C, preset: D }, C],
    ['what the organisation presets', { preset: D }, D],
    ['what it presets, where none was chosen', { chosen: '', preset: D }, D],
    ['ours', {}, ''],
  ])('is first %s', (_name, { enforced, now, chosen, preset }, wins) => {
    const said = layers(enforced ? { backendAddress: enforced } : {}, preset ? { backendAddress: preset } : {});
    expect(settingsInForce(said, { backendAddress: chosen }, { backendAddress: now }).backendAddress).toBe(wins);
  });

  it.each<[keyof Settings & keyof Manageable, unknown, unknown, unknown]>([
    ['updates', 'off', 'install', 'notify'],
    ['updateChannel', 'stable', 'beta', 'beta'],
    ['startAtLogin', false, true, true],
    ['sshConfig', false, true, true],
    ['notifications', false, true, true],
    ['idleSignOutMinutes', 0, 15, 30],
    ['connectWith', 'built-in', 'native', 'native'],
    ['nativeTerminal', '', 'kitty', 'xterm'],
  ])('is so for %s, also where what wins says no', (name, enforced, chosen, preset) => {
    const defaults = { [name]: preset };
    expect(settingsInForce(layers({ [name]: enforced }, defaults), { [name]: chosen })[name]).toBe(enforced);
    expect(settingsInForce(layers({}, defaults), { [name]: chosen })[name]).toBe(chosen);
    expect(settingsInForce(layers({}, defaults), {})[name]).toBe(preset);
    expect(settingsInForce(layers({}), {})[name]).toBe(DEFAULT_SETTINGS[name]);
  });

  it('is the person’s in everything that nobody manages', () => {
    const chosen = { theme: 'dark', favourites: ['db-1'] } as const satisfies Partial<Settings>;
    expect(settingsInForce(layers({ updates: 'off' }), chosen)).toEqual({
      ...DEFAULT_SETTINGS,
      ...chosen,
      updates: 'off',
    });
  });

  it.each<
    [string[], Pick<Settings, 'connectWith' | 'nativeTerminal'>, Pick<Settings, 'connectWith' | 'nativeTerminal'>]
  >([
    [['built-in'], { connectWith: 'native', nativeTerminal: 'kitty' }, { connectWith: 'built-in', nativeTerminal: '' }],
    [['kitty'], { connectWith: 'built-in', nativeTerminal: '' }, { connectWith: 'native', nativeTerminal: '' }],
    [['kitty'], { connectWith: 'native', nativeTerminal: 'xterm' }, { connectWith: 'native', nativeTerminal: '' }],
    [['kitty'], { connectWith: 'native', nativeTerminal: 'kitty' }, { connectWith: 'native', nativeTerminal: 'kitty' }],
    [
      ['built-in', 'kitty'],
      { connectWith: 'native', nativeTerminal: '' },
      { connectWith: 'native', nativeTerminal: '' },
    ],
  ])('within the terminals %j, %j is %j', (terminals, chosen, inForce) => {
    expect(settingsInForce(layers({ terminals }), chosen)).toMatchObject(inForce);
  });

  it('names what a person cannot change, with what follows from it', () => {
    expect(enforcedNames(layers({}, { updates: 'off' }))).toEqual([]);
    expect(enforcedNames(layers({ startAtLogin: false, deepLinks: [] }))).toEqual(['startAtLogin']);
    expect(enforcedNames(layers({ terminals: ['built-in'] }))).toEqual(['connectWith']);
    expect(enforcedNames(layers({ terminals: ['kitty'] }))).toEqual(['connectWith']);
    expect(enforcedNames(layers({ terminals: ['kitty', 'built-in'] }))).toEqual([]);
  });

  it.each<[string, Layers, Partial<Settings>, boolean]>([
    ['enforced', layers({ sshConfig: false }), { sshConfig: true }, true],
    ['preset and not chosen', layers({}, { sshConfig: true }), {}, true],
    ['preset and chosen', layers({}, { sshConfig: true }), { sshConfig: true }, false],
    ['chosen', layers({}), { sshConfig: true }, false],
    ['nobody’s word', layers({}), {}, false],
  ])('is the organisation’s word or not: %s', (_name, said, chosen, given) => {
    expect(isGiven('sshConfig', said, chosen)).toBe(given);
  });
});
