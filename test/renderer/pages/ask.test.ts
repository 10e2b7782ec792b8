import { describe, expect, test } from 'vitest';
import { askSchema, batchAskSchema } from '../../../protocol/api/routes.ts';
import { askDraftSchema } from '../../../protocol/ipc/drafts.ts';
import { templateSchema } from '../../../protocol/ipc/settings.ts';
import {
  checkDraft,
  draftLike,
  fieldOf,
  freshDraft,
  templateOf,
  withLogin,
  withRole,
} from '../../../renderer/pages/ask/draft.ts';
import { loginsOf, MOST_TARGETS, offerOf, targetsInWords } from '../../../renderer/pages/ask/offer.ts';
import { checkStart, LONGEST_AHEAD_MS, localText, usualStart, usualStarts } from '../../../renderer/pages/ask/start.ts';
import { MOST_TEMPLATES, nameProblem, renamed, withTemplate } from '../../../renderer/pages/ask/templates.ts';
import { entry, MINUTE, NOON, option, request } from '../examples.ts';

const read = option({ role: 'read', logins: ['readonly', 'deploy'], maxDurationSeconds: 8 * 3600 });
const admin = option({ role: 'admin', logins: ['root', 'readonly'], maxDurationSeconds: 1800, ticket: 'required' });
const db = [entry('db-1', [read, admin])];
const good = { ...freshDraft(db), reason: 'look at order 7' };

describe('the form', () => {
  test('starts with the first login of the first role, an hour, at approval, and a terminal to open', () => {
    expect(freshDraft(db)).toEqual({
      login: 'readonly',
      role: 'read',
      duration: '1h',
      reason: '',
      ticket: '',
      begins: '',
      endsWithSession: false,
      openTerminal: true,
      byLink: false,
    });
    expect(loginsOf(db)).toEqual(['readonly', 'deploy', 'root']);
  });

  test('sends the role it shows, and nothing that is not asked for', () => {
    const checked = checkDraft({ ...good, reason: ' why ', ticket: 'T-1' }, db, NOON);
    expect(checked).toEqual({
      ask: {
        login: 'readonly',
        role: 'read',
        durationSeconds: 3600,
        reason: 'why',
        ticket: '',
        startsAt: null,
        endsWithSession: false,
      },
    });
    expect(askSchema.safeParse({ target: 'db-1', ...('ask' in checked ? checked.ask : {}) }).success).toBe(true);
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
    ['a start that has passed', { begins: localText(NOON - MINUTE) }, { begins: expect.stringContaining('passed') }],
    ['a start that is none', { begins: '-' }, { begins: 'Choose a day and a time.' }],
  ])('says what is wrong: %s', (_name, part, problems) => {
    expect(checkDraft({ ...good, ...part }, db, NOON)).toEqual({ problems });
  });

  test('says all that is wrong at once', () => {
    const checked = checkDraft({ ...freshDraft(db), login: 'root', role: 'admin', duration: '' }, db, NOON);
    expect(Object.keys('problems' in checked ? checked.problems : {})).toEqual(['duration', 'reason', 'ticket']);
  });

  test('another login takes a role that gives it, and a length that role allows', () => {
    const draft = withLogin({ ...good, duration: '8h' }, db, 'root');
    expect(draft).toMatchObject({ login: 'root', role: 'admin', duration: '30m', reason: good.reason });
    expect(withLogin({ ...good, role: 'admin' }, db, 'readonly').role).toBe('admin');
    expect(withRole({ ...good, duration: '10m' }, db, 'admin').duration).toBe('10m');
  });

  test('a role that policy took away gives way to one that is left', () => {
    expect(offerOf(db, { login: 'readonly', role: 'gone' })?.role?.role).toBe('read');
    expect(offerOf(db, { login: 'nobody', role: 'read' })).toBeUndefined();
  });
});

describe('asking for several targets', () => {
  const web = entry('web-1', [option({ role: 'web', logins: ['deploy', 'root'], reason: 'optional' })]);
  const edge = entry('edge-1', [option({ role: 'edge', logins: ['deploy'], maxDurationSeconds: 600 })]);
  const quiet = entry('quiet-1', [option({ role: 'quiet', logins: ['deploy'], reason: 'optional' })]);

  test.each([
    ['two', [...db, web], ['deploy', 'root']],
    ['three', [...db, web, edge], ['deploy']],
    ['nothing in common', [entry('a', [option({ logins: ['x'] })]), edge], []],
    ['none', [], []],
  ])('offers the logins that all of them give: %s', (_name, entries, logins) => {
    expect(loginsOf(entries)).toEqual(logins);
  });

  test('lasts no longer than the strictest target lets it, and wants a reason if one of them does', () => {
    expect(offerOf([web, edge], { login: 'deploy', role: '' })).toMatchObject({
      role: null,
      maxDurationSeconds: 600,
      reason: 'required',
    });
    expect(offerOf([web, quiet], { login: 'deploy', role: '' })).toMatchObject({ reason: 'optional', ticket: 'none' });
  });

  test('wants a ticket only where every role of a target does', () => {
    expect(offerOf([...db, web], { login: 'root', role: '' })?.ticket).toBe('required');
    expect(offerOf([...db, quiet], { login: 'deploy', role: '' })?.ticket).toBe('none');
  });

  test('says once who approves, for the targets that want the same', () => {
    const guarded = entry('vault-1', [option({ logins: ['deploy'], needs: [{ groups: ['security'], count: 2 }] })]);
    const offer = offerOf([web, guarded, edge], { login: 'deploy', role: '' });
    expect(offer?.groups.map((group) => group.targets)).toEqual([['web-1', 'edge-1'], ['vault-1']]);
  });

  test('names no role: policy takes the first that fits', () => {
    const checked = checkDraft({ ...freshDraft([web, edge]), reason: 'why', duration: '5m' }, [web, edge], NOON);
    const ask = 'ask' in checked ? checked.ask : {};
    expect(ask).not.toHaveProperty('role');
    expect(batchAskSchema.safeParse({ targets: ['web-1', 'edge-1'], ...ask }).success).toBe(true);
  });

  test('is refused in words when one of them does not give the login any more', () => {
    expect(checkDraft({ ...freshDraft([web, edge]), login: 'root' }, [web, edge], NOON)).toEqual({
      problems: { login: 'Not all of these targets give the login root.' },
    });
  });

  test('ends where the backend ends', () => {
    expect(batchAskSchema.shape.targets.safeParse(Array(MOST_TARGETS).fill('a')).success).toBe(true);
    expect(batchAskSchema.shape.targets.safeParse(Array(MOST_TARGETS + 1).fill('a')).success).toBe(false);
    expect(targetsInWords(['a', 'b', 'c', 'd', 'e'])).toBe('a, b and 3 more');
  });
});

describe('a later start', () => {
  test.each([
    ['', { startsAt: null }],
    [localText(NOON + MINUTE), { startsAt: NOON + MINUTE }],
    [localText(NOON + LONGEST_AHEAD_MS), { startsAt: NOON + LONGEST_AHEAD_MS }],
    [localText(NOON), { problem: expect.stringContaining('passed') }],
    [localText(NOON + LONGEST_AHEAD_MS + MINUTE), { problem: expect.stringContaining('latest') }],
    ['tomorrow', { problem: 'Choose a day and a time.' }],
    ['2026-13-41T09:00', { problem: 'Choose a day and a time.' }],
    ['12345', { problem: 'Choose a day and a time.' }],
    ['-', { problem: 'Choose a day and a time.' }],
  ])('%j is %j', (text, checked) => {
    expect(checkStart(text, NOON)).toEqual(checked);
  });

  test('is offered at the next full hour that is half an hour away, and in the mornings to come', () => {
    expect(localText(usualStart(NOON))).toBe('2026-11-20T13:00');
    expect(localText(usualStart(NOON + 40 * MINUTE))).toBe('2026-11-20T14:00');
    expect(usualStarts(NOON).map(localText)).toEqual(['2026-11-20T13:00', '2026-11-21T09:00', '2026-11-23T09:00']);
  });

  test('on a Sunday Monday morning is tomorrow, and is named once', () => {
    const sunday = NOON + 2 * 24 * 60 * MINUTE;
    expect(usualStarts(sunday).map(localText)).toEqual(['2026-11-22T13:00', '2026-11-23T09:00']);
  });
});

describe('asking again', () => {
  test('fills in what was asked for', () => {
    const asked = request({
      login: 'readonly',
      role: 'admin',
      durationSeconds: 600,
      ticket: 'T-1',
      startsAt: NOON + 60 * MINUTE,
      endsWithSession: true,
    });
    expect(draftLike(asked, db, NOON)).toMatchObject({
      login: 'readonly',
      role: 'admin',
      duration: '10m',
      ticket: 'T-1',
      reason: 'look at order 7',
      begins: '2026-11-20T13:00',
      endsWithSession: true,
    });
  });

  test('stays inside what policy allows today', () => {
    const again = draftLike(request({ login: 'gone', role: 'gone', durationSeconds: 99 * 3600 }), db, NOON);
    expect(again).toMatchObject({ login: 'readonly', role: 'read', duration: '8h' });
  });

  test('leaves a start out that has passed', () => {
    expect(draftLike(request({ startsAt: NOON }), db, NOON).begins).toBe('');
  });

  test('a link fills in what it names, and the rest is as in a new form', () => {
    expect(draftLike({ reason: 'by the runbook', durationSeconds: 900 }, db, NOON)).toEqual({
      ...freshDraft(db),
      duration: '15m',
      reason: 'by the runbook',
    });
  });

  test('what main keeps of a form is what stands in it', () => {
    expect(askDraftSchema.safeParse(draftLike(request(), db, NOON)).success).toBe(true);
  });
});

describe('templates', () => {
  const kept = templateOf(' Look ', good, ['db-1'], 3600);

  test('keep targets, login, length and reason, and nothing of one occasion', () => {
    expect(templateSchema.parse(kept)).toEqual({
      name: 'Look',
      targets: ['db-1'],
      login: 'readonly',
      durationSeconds: 3600,
      reason: 'look at order 7',
      endsWithSession: false,
    });
  });

  test.each([
    ['', 'Give it a name.'],
    ['  ', 'Give it a name.'],
    ['LOOK', 'There is a template with that name.'],
    ['x'.repeat(61), 'At most 60 letters.'],
    ['Another', undefined],
  ])('the name %j: %s', (name, problem) => {
    expect(nameProblem(name, [kept])).toBe(problem);
  });

  test('one may keep its own name, and there are fifty at most', () => {
    expect(nameProblem('look', [kept], 'Look')).toBeUndefined();
    const many = Array.from({ length: MOST_TEMPLATES }, (_, i) => ({ ...kept, name: `t${i}` }));
    expect(nameProblem('one more', many)).toContain('Delete one first');
    expect(nameProblem('renamed', many, 't1')).toBeUndefined();
  });

  test('stand by name, also after a new one', () => {
    const two = withTemplate([kept], { ...kept, name: 'Above' });
    expect(two.map((t) => t.name)).toEqual(['Above', 'Look']);
    expect(renamed(two, 'Above', ' Zed ').map((t) => t.name)).toEqual(['Look', 'Zed']);
    expect(renamed(two, 'Gone', 'X')).toEqual(two);
  });
});

describe('a refusal', () => {
  test.each([
    ['reason', 'reason'],
    ['ask.reason', 'reason'],
    ['durationSeconds', 'duration'],
    ['ask.durationSeconds', 'duration'],
    ['startsAt', 'begins'],
    ['login', 'login'],
    ['target', undefined],
    ['openTerminal', undefined],
    ['constructor', undefined],
    [undefined, undefined],
  ])('about %j belongs to the field %j', (field, ours) => {
    expect(fieldOf({ field })).toBe(ours);
  });
});
