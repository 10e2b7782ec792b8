import { describe, expect, test } from 'vitest';
import {
  checkDraft,
  draftLike,
  fieldOf,
  freshDraft,
  loginsOf,
  optionOf,
  withLogin,
  withOption,
} from '../../../renderer/pages/ask/draft.ts';
import { entry, option, request } from '../examples.ts';

const read = option({ role: 'read', logins: ['readonly', 'deploy'], maxDurationSeconds: 8 * 3600 });
const admin = option({ role: 'admin', logins: ['root', 'readonly'], maxDurationSeconds: 1800, ticket: 'required' });
const db = entry('db-1', [read, admin]);
const good = { ...freshDraft(db), reason: 'look at order 7' };

describe('the form', () => {
  test('starts with the first login of the first role, an hour, and a terminal to open', () => {
    expect(freshDraft(db)).toEqual({
      login: 'readonly',
      role: 'read',
      duration: '1h',
      reason: '',
      ticket: '',
      openTerminal: true,
    });
    expect(loginsOf(db)).toEqual(['readonly', 'deploy', 'root']);
  });

  test('sends the role it shows, and nothing that is not asked for', () => {
    expect(checkDraft({ ...good, reason: ' why ', ticket: 'T-1' }, db)).toEqual({
      ask: { target: 'db-1', login: 'readonly', role: 'read', durationSeconds: 3600, reason: 'why', ticket: '' },
    });
  });

  test.each([
    ['no reason where one is required', { reason: ' \n' }, { reason: 'The role read wants a reason.' }],
    ['an unreadable length', { duration: 'soon' }, { duration: expect.stringContaining('30s') }],
    ['too long', { duration: '9h' }, { duration: 'The longest here is 8 h.' }],
    ['too short', { duration: '1s' }, { duration: 'The shortest is 30 s.' }],
    [
      'no ticket where one is required',
      { login: 'root', role: 'admin', duration: '5m' },
      { ticket: 'The role admin wants a ticket.' },
    ],
    ['a login policy took away', { login: 'gone' }, { login: expect.stringContaining('gone') }],
  ])('says what is wrong: %s', (_name, part, problems) => {
    expect(checkDraft({ ...good, ...part }, db)).toEqual({ problems });
  });

  test('says all that is wrong at once', () => {
    const checked = checkDraft({ ...freshDraft(db), login: 'root', role: 'admin', duration: '' }, db);
    expect(Object.keys('problems' in checked ? checked.problems : {})).toEqual(['duration', 'reason', 'ticket']);
  });

  test('another login takes a role that gives it, and a length that role allows', () => {
    const draft = withLogin({ ...good, duration: '8h' }, db, 'root');
    expect(draft).toMatchObject({ login: 'root', role: 'admin', duration: '30m', reason: good.reason });
    expect(withLogin({ ...good, role: 'admin' }, db, 'readonly').role).toBe('admin');
    expect(withOption({ ...good, duration: '10m' }, admin).duration).toBe('10m');
  });

  test('a role that policy took away gives way to one that is left', () => {
    expect(optionOf(db, { login: 'readonly', role: 'gone' })?.role).toBe('read');
    expect(optionOf(db, { login: 'nobody', role: 'read' })).toBeUndefined();
  });
});

describe('asking again', () => {
  test('fills in what was asked for', () => {
    const again = draftLike(request({ login: 'readonly', role: 'admin', durationSeconds: 600, ticket: 'T-1' }), db);
    expect(again).toMatchObject({
      login: 'readonly',
      role: 'admin',
      duration: '10m',
      ticket: 'T-1',
      reason: 'look at order 7',
    });
  });

  test('stays inside what policy allows today', () => {
    const again = draftLike(request({ login: 'gone', role: 'gone', durationSeconds: 99 * 3600 }), db);
    expect(again).toMatchObject({ login: 'readonly', role: 'read', duration: '8h' });
  });
});

describe('a refusal', () => {
  test.each([
    ['reason', 'reason'],
    ['ask.reason', 'reason'],
    ['durationSeconds', 'duration'],
    ['ask.durationSeconds', 'duration'],
    ['login', 'login'],
    ['target', undefined],
    ['openTerminal', undefined],
    ['constructor', undefined],
    [undefined, undefined],
  ])('about %j belongs to the field %j', (field, ours) => {
    expect(fieldOf({ field })).toBe(ours);
  });
});
