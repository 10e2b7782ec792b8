import { describe, expect, test } from 'vitest';
import type { ExternalSession, Terminal } from '../../../protocol/ipc/snapshot.ts';
import { quitQuestion } from '../../../renderer/pages/quit/question.ts';
import { quitWords, restartWords } from '../../../renderer/pages/quit/words.ts';
import { grant, MINUTE, NOON } from '../examples.ts';

const terminal = (title: string, status: Terminal['status']): Terminal => ({
  id: 'term-1',
  beside: null,
  grantId: 'gra_000000000001',
  title,
  endsAt: NOON + MINUTE,
  status,
});
const external = (title: string, status: ExternalSession['status']): ExternalSession => ({
  id: 'ext-1',
  grantId: 'gra_000000000001',
  title,
  program: 'xterm',
  openedAt: NOON,
  status,
});
const over = { state: 'ended', reason: null, sentence: '', at: NOON } as const;
const failed = { state: 'failed', problem: { code: 'offline', message: '' } } as const;
const held = (end: number, status?: Parameters<typeof grant>[2]) => ({
  grant: grant(NOON - MINUTE, end, status),
  key: 'held' as const,
  problem: null,
});

describe('what quitting cuts', () => {
  test.each([
    ['nothing', [], [], 0, []],
    ['an open terminal', [terminal('erin@web-1', { state: 'open' })], [], 1, ['web-1']],
    ['one that is about to open', [terminal('erin@web-1', { state: 'opening' })], [], 1, ['web-1']],
    ['one in another program', [], [external('erin@web-1', { state: 'open' })], 1, ['web-1']],
    ['ended and failed ones', [terminal('a@b', over)], [external('a@b', failed)], 0, []],
    [
      'two on one target, one elsewhere',
      [terminal('erin@web-1', { state: 'open' }), terminal('root@web-1', { state: 'open' })],
      [external('erin@app-1', { state: 'open' })],
      3,
      ['app-1', 'web-1'],
    ],
  ] as const)('%s', (_name, terminals, externalSessions, sessions, targets) => {
    const question = quitQuestion(
      { terminals: [...terminals], externalSessions: [...externalSessions], grants: [] },
      NOON,
    );
    expect(question).toEqual({ sessions, targets, live: false, staysUntil: null });
  });
});

describe('what quitting leaves', () => {
  const ended = { state: 'ended', reason: 'expired', endedAt: NOON, by: null, note: '' } as const;
  test.each([
    ['nothing', [], null],
    ['access that is live', [held(NOON + MINUTE)], NOON + MINUTE],
    ['the longest of several', [held(NOON + MINUTE), held(NOON + 9 * MINUTE)], NOON + 9 * MINUTE],
    ['not what is over', [held(NOON)], null],
    ['not what has ended', [held(NOON + MINUTE, ended)], null],
    ['not what has not begun', [held(NOON + MINUTE, { state: 'scheduled' })], null],
  ] as const)('%s', (_name, grants, until) => {
    const question = quitQuestion({ terminals: [], externalSessions: [], grants: [...grants] }, NOON);
    expect(question).toMatchObject({ live: until !== null, staysUntil: until });
  });
});

describe('access that ends with its session', () => {
  const one = held(NOON + MINUTE);
  const grants = [{ ...one, grant: { ...one.grant, endsWithSession: true } }];
  test.each([
    ['ends when its session is cut', [terminal('erin@web-1', { state: 'open' })], null],
    ['stays without one', [], NOON + MINUTE],
    ['stays when its session was over before', [terminal('erin@web-1', over)], NOON + MINUTE],
  ] as const)('%s', (_name, terminals, staysUntil) => {
    const question = quitQuestion({ terminals: [...terminals], externalSessions: [], grants }, NOON);
    expect(question).toMatchObject({ live: true, staysUntil });
  });
});

test.each([
  [1, ['a'], '1 session is open on a. Quitting cuts it.'],
  [2, ['a'], '2 sessions are open on a. Quitting cuts them.'],
  [2, ['a', 'b'], '2 sessions are open on a and b. Quitting cuts them.'],
  [5, ['a', 'b', 'c', 'd', 'e'], '5 sessions are open on a, b, c, d and e. Quitting cuts them.'],
  [6, ['a', 'b', 'c', 'd', 'e', 'f'], '6 sessions are open on a, b, c, d and 2 more. Quitting cuts them.'],
])('%d sessions on %j', (sessions, targets, sentence) => {
  expect(quitWords.cuts(sessions, targets)).toBe(sentence);
});

test('a restart is called one, and that access outlives it is said', () => {
  expect(restartWords.title).toBe('Restart Sallyport?');
  expect(restartWords.cuts(1, ['a'])).toBe('1 session is open on a. Restarting cuts it.');
  expect(restartWords.kept('14:05')).toBe('Access stays until 14:05; connect again after the restart.');
});
