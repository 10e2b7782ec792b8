import { describe, expect, test } from 'vitest';
import { NOT_MANAGED } from '../../../../protocol/ipc/managed.ts';
import { DEFAULT_SETTINGS } from '../../../../protocol/ipc/settings.ts';
import type { Snapshot } from '../../../../protocol/ipc/snapshot.ts';
import { joiningAt } from '../../../../renderer/pages/join/joining.ts';
import { words } from '../../../../renderer/pages/join/words.ts';
import { grant, MINUTE, NOON, snapshot } from '../../examples.ts';

const here = 'https://sallyport.example.com';
const there = 'https://other.example';
const signedOut = { state: 'signed-out', problem: null } as const;
const fresh = { ...DEFAULT_SETTINGS };
const locked = { ...NOT_MANAGED, enforced: ['backendAddress' as const], source: '/etc/sallyport/policy.json' };
const held = (endsAt: number) => ({ grant: grant(NOON - MINUTE, endsAt), key: 'held' as const, problem: null });
const terminal: Snapshot['terminals'][number] = {
  id: 'term-1',
  beside: null,
  grantId: 'gra_000000000001',
  title: 'readonly@db-1',
  endsAt: NOON + MINUTE,
  status: { state: 'open' },
};

describe('what following a join link means', () => {
  test.each([
    ['on a first run: nothing is lost', there, { signIn: signedOut, settings: fresh }, { kind: 'new', instead: '' }],
    ['signed out elsewhere: that one is forgotten', there, { signIn: signedOut }, { kind: 'new', instead: here }],
    [
      'while the browser has the word elsewhere: the same',
      there,
      { signIn: { state: 'signing-in', url: 'https://x.example' } },
      { kind: 'new', instead: here },
    ],
    [
      'signed in elsewhere: one is signed out',
      there,
      {},
      { kind: 'leaves', orgName: 'Example', address: here, grants: 0, sessions: 0, targets: [] },
    ],
    [
      'with live access and a terminal: both are counted',
      there,
      { grants: [held(NOON + MINUTE), held(NOON)], terminals: [terminal] },
      { kind: 'leaves', grants: 1, sessions: 1, targets: ['db-1'] },
    ],
    ['the one that is used already: nothing', here, {}, { kind: 'same', orgName: 'Example', signedIn: true }],
    ['the same, signed out', here, { signIn: signedOut }, { kind: 'same', signedIn: false }],
    ['another than the organisation says: nothing', there, { managed: locked }, { kind: 'managed' }],
    ['the one that the organisation says', here, { managed: locked }, { kind: 'same' }],
    ['another port is another one', `${here}:8443`, { signIn: signedOut }, { kind: 'new', instead: here }],
  ] satisfies [string, string, Partial<Snapshot>, object][])('%s', (_name, address, over, joining) => {
    expect(joiningAt(address, snapshot(over), NOON)).toMatchObject(joining);
  });
});

describe('what is said of it', () => {
  test.each([
    [words.keys(1), 'The 1 key of your access there is destroyed.'],
    [words.keys(2), 'The 2 keys of your access there are destroyed.'],
    [words.cuts(1, ['db-1']), '1 session is cut, on db-1.'],
    [words.cuts(3, ['db-1', 'web-1']), '3 sessions are cut, on db-1 and web-1.'],
  ])('%s', (said, sentence) => {
    expect(said).toBe(sentence);
  });
});
