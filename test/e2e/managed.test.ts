// The app on a computer that IT manages, with the file of its settings where development lets it lie.

import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Snapshot } from '../../protocol/ipc/snapshot.ts';
import { command } from '../support/command.ts';
import { Person } from '../support/person.ts';
import { type Stack, startStack } from '../support/stack.ts';

/** Nobody answers there; the app must not even ask. */
const ELSEWHERE = 'https://elsewhere.invalid';
let folder: string;
let file: string;
let stack: Stack;
let erin: Person;

/** As configuration management replaces a file: at once. */
function say(document: object | string): void {
  writeFileSync(`${file}.new`, typeof document === 'string' ? document : JSON.stringify(document));
  renameSync(`${file}.new`, file);
}
const snapshot = (): Promise<Snapshot> => command(erin, 'snapshot.show', {});

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-managed-'));
  file = join(folder, 'policy.json');
  stack = await startStack();
  const { address } = stack.backend;
  say({
    enforced: { backendAddress: address, startAtLogin: true, sshConfig: true, terminals: ['built-in'] },
    defaults: { updates: 'off', idleSignOutMinutes: 30 },
  });
  erin = await Person.start('Erin Okafor', {
    executable: inject('executable'),
    display: inject('display'),
    backend: ELSEWHERE,
    args: [`--managed-settings=${file}`],
  });
});

afterAll(async () => {
  await erin?.dispose();
  await stack?.dispose();
  rmSync(folder, { recursive: true, force: true });
});

describe('a managed computer', () => {
  test('signs in to the backend that IT has set, whatever the command line says', async () => {
    await erin.signIn();
    const { settings, managed } = await snapshot();
    expect(settings).toMatchObject({ backendAddress: stack.backend.address, updates: 'off', idleSignOutMinutes: 30 });
    expect(managed).toMatchObject({ source: file, problem: null, terminals: ['built-in'] });
    expect(managed.enforced).toEqual(['backendAddress', 'startAtLogin', 'connectWith', 'sshConfig']);
  });

  test('has what IT has set in the desktop and in the ssh configuration from the start', async () => {
    const { home } = erin.app.folders;
    expect(existsSync(join(home, '.config', 'autostart', 'sallyport.desktop'))).toBe(true);
    await expect.poll(() => readFileSync(join(home, '.ssh', 'config'), 'utf8')).toContain('Include');
  });

  test('lets nobody change it', async () => {
    const refused = 'Your organisation has set this.';
    await expect(command(erin, 'connection.choose', { address: ELSEWHERE })).rejects.toThrow(refused);
    await expect(command(erin, 'settings.change', { startAtLogin: false })).rejects.toThrow(refused);
    await expect(command(erin, 'sshConfig.change', { enabled: false })).rejects.toThrow(refused);
    await command(erin, 'settings.change', { updates: 'notify' });
    expect(JSON.parse(readFileSync(join(erin.app.folders.profile, 'settings.json'), 'utf8'))).toEqual({
      updates: 'notify',
    });
  });

  test('follows what IT writes while it runs', async () => {
    say({ enforced: { backendAddress: stack.backend.address, notifications: false } });
    await expect.poll(snapshot, { timeout: 5_000 }).toMatchObject({
      managed: { enforced: ['backendAddress', 'notifications'] },
      settings: { startAtLogin: false, updates: 'notify' },
      signIn: { state: 'signed-in' },
    });
    expect(existsSync(join(erin.app.folders.home, '.config', 'autostart', 'sallyport.desktop'))).toBe(false);
  });

  test('keeps its lock when the file is broken, and lets nobody sign in until it is mended', async () => {
    say('{"enforced":');
    await expect.poll(snapshot, { timeout: 5_000 }).toMatchObject({
      managed: { enforced: ['backendAddress', 'notifications'], problem: { code: 'policy-invalid' } },
      signIn: { state: 'signed-in' },
    });
    await command(erin, 'signIn.end', {});
    const sentence = `Your organisation's settings in ${file} cannot be used: it is not JSON.`;
    await expect(command(erin, 'signIn.start', {})).rejects.toThrow(sentence);
    await expect(command(erin, 'connection.choose', { address: ELSEWHERE })).rejects.toThrow(sentence);
    say({ enforced: { backendAddress: stack.backend.address } });
    await expect.poll(async () => (await snapshot()).managed.problem, { timeout: 5_000 }).toBeNull();
    await erin.signIn();
  });

  test('signs out when IT sets another backend', async () => {
    say({ enforced: { backendAddress: ELSEWHERE } });
    await expect.poll(snapshot, { timeout: 5_000 }).toMatchObject({
      signIn: { state: 'signed-out' },
      settings: { backendAddress: ELSEWHERE },
    });
  });
});

test('an app whose settings from IT are broken at its start is there all the same, and says so', async () => {
  say({ enforced: { backendAddress: 7 } });
  const before = erin.desktop.tray.count;
  await erin.app.dispose();
  await erin.startAgain();
  const item = await erin.desktop.tray.item(before);
  await item.menuThatFits((labels) => labels.includes('Quit'));
  const { managed, signIn } = await snapshot();
  expect(managed.problem?.message).toContain('"enforced.backendAddress" is not valid');
  expect(signIn.state).toBe('signed-out');
  await expect(command(erin, 'signIn.start', {})).rejects.toThrow('Nobody signs in here until IT has mended them.');
});
