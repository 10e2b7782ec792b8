import { describe, expect, test } from 'vitest';
import { commands } from '../../../protocol/ipc/commands.ts';
import { localText } from '../../../renderer/pages/ask/start.ts';
import { checkEnd, usualEnds } from '../../../renderer/pages/inbox/away.ts';
import { changesBetween } from '../../../renderer/pages/inbox/changes.ts';
import { earlierSentence, historySentence } from '../../../renderer/pages/inbox/history.ts';
import { common, decisionsOf, MOST_AT_ONCE, unitsOf } from '../../../renderer/pages/inbox/units.ts';
import { MINUTE, NOON, request } from '../examples.ts';

const DAY = 24 * 60 * MINUTE;
const numbered = (n: number, over = {}) => request({ id: `req_00000000000${n}`, ...over });

describe('cards of the inbox', () => {
  const batchId = 'bat_000000000001';

  test('requests of one batch stand on one card, where the first of them stands', () => {
    const units = unitsOf([numbered(1), numbered(2, { batchId }), numbered(3), numbered(4, { batchId })]);
    expect(units.map((unit) => unit.requests.map((r) => r.id.at(-1)))).toEqual([['1'], ['2', '4'], ['3']]);
    expect(units.map((unit) => unit.id)).toEqual(['req_000000000001', batchId, 'req_000000000003']);
  });

  test('the last one left of a batch is a card like any other', () => {
    expect(unitsOf([numbered(2, { batchId })])[0]?.id).toBe('req_000000000002');
  });

  test('nothing is no card', () => {
    expect(unitsOf([])).toEqual([]);
  });

  test('say what all of a batch have in common, and nothing where they differ', () => {
    expect(common([numbered(1), numbered(2)], 'durationSeconds')).toBe(1800);
    expect(common([numbered(1), numbered(2, { durationSeconds: 60 })], 'durationSeconds')).toBeUndefined();
    expect(common([numbered(1), numbered(2)], 'needs')).toEqual(numbered(1).needs);
  });
});

describe('deciding several', () => {
  const said = { approved: new Set(['req_000000000001']), note: ' fine ', denial: ' not that one ', mostSeconds: null };

  test('approves those picked and denies the rest, each in the revision that was shown', () => {
    expect(decisionsOf([numbered(1, { revision: 3 }), numbered(2)], said)).toEqual([
      { id: 'req_000000000001', revision: 3, verdict: 'approve', reason: 'fine' },
      { id: 'req_000000000002', revision: 1, verdict: 'deny', reason: 'not that one' },
    ]);
  });

  test.each([
    [600, 600],
    [1800, undefined],
    [3600, undefined],
  ])('at most %i seconds of half an hour gives %s', (mostSeconds, durationSeconds) => {
    expect(decisionsOf([numbered(1)], { ...said, mostSeconds })[0]?.durationSeconds).toBe(durationSeconds);
  });

  test('is what main takes, fifty at most', () => {
    const fifty = decisionsOf(
      Array.from({ length: MOST_AT_ONCE }, () => numbered(1)),
      said,
    );
    const { input } = commands['requests.decideMany'];
    expect(input.safeParse({ decisions: fifty }).success).toBe(true);
    expect(input.safeParse({ decisions: [...fifty, ...fifty.slice(0, 1)] }).success).toBe(false);
  });
});

describe('what changed since somebody looked', () => {
  test.each([
    ['nothing', {}, []],
    ['longer', { durationSeconds: 7200 }, ['30 min → 2 h']],
    ['another login', { login: 'root' }, ['readonly → root']],
    ['another role', { role: 'orders-admin' }, ['orders-read → orders-admin']],
    ['later', { startsAt: NOON + DAY }, ['begins at approval → begins tomorrow 12:00']],
    ['the reason', { reason: 'other' }, ['another reason']],
    ['the ticket', { ticket: 'T-2' }, ['another ticket']],
    ['its end', { endsWithSession: true }, ['ends with its session']],
    ['two things', { durationSeconds: 60, login: 'root' }, ['30 min → 1 min', 'readonly → root']],
    ['what others decided is no change', { decisions: [], lapsesAt: NOON }, []],
  ])('%s', (_name, part, said) => {
    expect(changesBetween(request(), request({ revision: 2, ...part }), NOON)).toEqual(said);
  });
});

describe('what is known of the requester', () => {
  test.each([
    [{ accessesLast30Days: 0, lastAccessAt: null }, 'Never had access there before'],
    [{ accessesLast30Days: 3, lastAccessAt: NOON - 20 * 60 * MINUTE }, '3 accesses in 30 days, last yesterday 16:00'],
    [{ accessesLast30Days: 1, lastAccessAt: NOON - 60 * MINUTE }, '1 access in 30 days, last 11:00'],
    [{ accessesLast30Days: 0, lastAccessAt: NOON - 9 * DAY }, 'No access in 30 days, last Wed 11 Nov 12:00'],
  ])('%j: %s', (facts, sentence) => {
    // Some versions of the words for days have a comma after them.
    expect(historySentence(facts, NOON).replace('Wed,', 'Wed')).toBe(sentence);
  });

  test('an earlier request says when, what became of it, how long and by whom, without marks that turn text', () => {
    const earlier = { at: NOON - DAY, state: 'approved', durationSeconds: 3600, decidedBy: 'Sam\u202e Lee' } as const;
    expect(earlierSentence(earlier, NOON)).toBe('yesterday 12:00: approved, 1 h, Sam Lee');
    expect(earlierSentence({ ...earlier, state: 'lapsed', decidedBy: '' }, NOON)).toBe('yesterday 12:00: lapsed, 1 h');
  });
});

describe('an absence', () => {
  test('ends this evening, tomorrow evening, on Monday morning or in a week', () => {
    expect(usualEnds(NOON).map(localText)).toEqual([
      '2026-11-20T18:00',
      '2026-11-21T18:00',
      '2026-11-23T09:00',
      '2026-11-27T09:00',
    ]);
    expect(usualEnds(NOON + 7 * 60 * MINUTE).map(localText)).not.toContain('2026-11-20T18:00');
  });

  test.each([
    [localText(NOON + MINUTE), NOON + MINUTE],
    [localText(NOON), null],
    ['', null],
    ['soon', null],
  ])('%j ends at %s', (text, at) => {
    expect(checkEnd(text, NOON)).toBe(at);
  });
});
