import { describe, expect, test } from 'vitest';
import { firstName, inARow, needsSentence, onlineSentence, waitsSentence } from '../../../renderer/words/approvals.ts';
import { endedSentence, endedTone } from '../../../renderer/words/ended.ts';
import { isProduction, labelsInOrder, otherLabels, placeLabel } from '../../../renderer/words/labels.ts';
import { ago, clockTime, dayAndTime, dayName, untilDay } from '../../../renderer/words/moments.ts';
import { MINUTE, NOON, person } from '../examples.ts';

describe('who must approve', () => {
  test('is a sentence with every requirement', () => {
    const needs = [
      { groups: ['dba'], count: 1 },
      { groups: ['security', 'sre'], count: 2 },
    ];
    expect(needsSentence(needs)).toBe('Needs 1 of dba and 2 of security or sre');
    expect(inARow(['a', 'b', 'c'])).toBe('a, b and c');
    expect(inARow([])).toBe('');
  });

  test.each([
    [[], 'No approver is online now'],
    [[['Dana']], 'Dana is online now'],
    [[['Dana'], ['Dana', 'Sam']], 'Dana and Sam are online now'],
    [[['Dana', 'Sam', 'Lin', 'Eve', 'Bo']], 'Dana, Sam and 3 more are online now'],
  ])('%j online', (groups: string[][], sentence) => {
    expect(onlineSentence(groups.map((names) => ({ online: names.map((name) => person(name)) })))).toBe(sentence);
  });

  test('what is still missing leaves out what is there', () => {
    const needs = [
      { groups: ['dba'], count: 2, have: 1 },
      { groups: ['security'], count: 1, have: 1 },
    ];
    expect(waitsSentence(needs)).toBe('waits for 1 of dba');
  });

  test('a person without a name is called by their address', () => {
    expect(firstName({ name: '  ', email: 'x@example.com' })).toBe('x@example.com');
  });
});

describe('labels', () => {
  test.each([
    [{ env: 'production' }, true],
    [{ Environment: 'PROD' }, true],
    [{ stage: 'live' }, true],
    [{ env: 'preproduction' }, false],
    [{ env: 'staging' }, false],
    [{ team: 'production' }, false],
    [{}, false],
  ])('%j is production: %s', (labels, production) => {
    expect(isProduction(labels as Record<string, string>)).toBe(production);
  });

  test('begin with where the target stands, and name it once', () => {
    const labels = { team: 'payments', env: 'production', az: 'b' };
    expect(labelsInOrder(labels).map((l) => l.key)).toEqual(['env', 'az', 'team']);
    expect(placeLabel(labels)?.value).toBe('production');
    expect(otherLabels(labels)).toEqual(['az b', 'team payments']);
    expect(placeLabel({ team: 'payments' })).toBeUndefined();
  });
});

describe('moments', () => {
  test.each([
    [0, 'just now'],
    [-5_000, 'just now'],
    [59_999, 'just now'],
    [4 * MINUTE, '4 min ago'],
    [60 * MINUTE, '1 h ago'],
    [7 * 60 * MINUTE, '05:00'],
    [20 * 60 * MINUTE, 'yesterday 16:00'],
  ])('%i ms back is %j', (back, said) => {
    expect(ago(NOON - back, NOON)).toBe(said);
  });

  test.each([
    [60 * MINUTE, '13:00'],
    [24 * 60 * MINUTE, 'tomorrow 12:00'],
    [3 * 24 * 60 * MINUTE, 'Monday 12:00'],
    [9 * 24 * 60 * MINUTE, 'Sun 29 Nov 12:00'],
  ])('until %i ms ahead is %j', (ahead, said) => {
    expect(untilDay(NOON + ahead, NOON).replace('Sun,', 'Sun')).toBe(said);
  });

  test('days have names near today, and 24 hours', () => {
    expect(dayName(NOON, NOON)).toBe('Today');
    expect(dayName(NOON - 13 * 60 * MINUTE, NOON)).toBe('Yesterday');
    expect(dayAndTime(NOON + 24 * 60 * MINUTE, NOON)).toBe('tomorrow 12:00');
    expect(clockTime(new Date(2026, 10, 20, 0, 5).getTime())).toBe('00:05');
  });
});

describe('an ended grant', () => {
  const at = new Date(2026, 10, 20, 14, 5).getTime();
  test.each([
    ['expired', null, 'Access ended 14:05: its time is over.', 'quiet'],
    ['released', 'Ana', 'Access ended 14:05: you released it.', 'quiet'],
    ['revoked', 'Dana', 'Access ended 14:05: revoked by Dana Example.', 'bad'],
    ['killed', null, 'Access ended 14:05: it was killed.', 'bad'],
  ] as const)('%s by %s', (reason, by, sentence, tone) => {
    const ended = { state: 'ended', reason, endedAt: at, by: by === null ? null : person(by), note: '' } as const;
    expect(endedSentence(ended)).toBe(sentence);
    expect(endedTone(ended)).toBe(tone);
  });
});
