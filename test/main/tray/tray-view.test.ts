import { describe, expect, it } from 'vitest';
import { timeOfDay } from '../../../main/grants/end-words.ts';
import type { Change } from '../../../main/state.ts';
import { type QuietLength, quietItems, quietUntil } from '../../../main/tray/quiet.ts';
import { type TrayItem, trayView } from '../../../main/tray/tray-view.ts';
import type { Update } from '../../../protocol/ipc/snapshot.ts';
import type { Grant } from '../../../protocol/model/grant.ts';
import type { AccessRequest } from '../../../protocol/model/request.ts';
import { dana, ended, erin, grant, NOW, overview, request, signedIn, stateAfter } from '../examples.ts';

const online: Change = { kind: 'connection', connection: { state: 'online' } };
const offline: Change = {
  kind: 'connection',
  connection: { state: 'offline', since: NOW, problem: { code: 'offline', message: 'x' } },
};
const live: Change = { kind: 'grant-changed', grant: grant() };
const waits: Change = { kind: 'request-changed', request: request() };
const view = (...changes: Change[]) => trayView(stateAfter(...changes), NOW);
const labels = (items: TrayItem[]): string[] =>
  items.flatMap((item) =>
    item.kind === 'separator' ? [] : [item.label, ...(item.kind === 'menu' ? labels(item.items) : [])],
  );

describe('the tray', () => {
  it.each<[string, Change[], string]>([
    ['signed out', [], 'signed-out'],
    [
      'signed out, whatever was there',
      [signedIn(), live, { kind: 'sign-in', signIn: { state: 'signed-out', problem: null } }],
      'signed-out',
    ],
    ['nothing to do', [signedIn(), online], 'idle'],
    ['a request waits for me', [signedIn(dana), online, waits], 'waiting'],
    ['my own request waits for others', [signedIn(erin), online, waits], 'idle'],
    ['my access is open', [signedIn(), online, live], 'live'],
    ['the access of another is open', [signedIn(dana), online, live], 'idle'],
    [
      'my access has ended',
      [signedIn(), online, { kind: 'grant-changed', grant: grant({ status: ended('revoked') }) }],
      'idle',
    ],
    [
      'my access is over by the clock',
      [signedIn(), online, { kind: 'grant-changed', grant: grant({ endsAt: NOW }) }],
      'idle',
    ],
    ['no backend, though access is open', [signedIn(), live, offline], 'offline'],
  ])('shows: %s', (_name, changes, icon) => {
    expect(view(...changes).icon).toBe(icon);
  });

  const of = (fields: Parameters<typeof grant>[0]): Change => ({ kind: 'grant-changed', grant: grant(fields) });
  const quiet = ['Do not disturb', 'For 1 hour', 'Until tomorrow'];

  it('offers to connect, to extend and to release, with the whole minutes that are left', () => {
    const { items, tooltip } = view(signedIn(), online, of({ endsAt: NOW + 61_000 }));
    expect(labels(items)).toEqual([
      'signed in as Erin, deploy@db-1 open, 2 min left',
      ...['Open Sallyport', 'deploy@db-1, 2 min left', 'Connect', 'Extend…', 'Release'],
      ...[...quiet, 'Settings', 'Look for updates', 'Sign out', 'Quit'],
    ]);
    expect(tooltip).toBe('Sallyport: signed in as Erin, deploy@db-1 open, 2 min left');
  });

  const update = (found: Update): Change => ({ kind: 'update', update: found });
  it.each<[Update, string | undefined]>([
    [{ state: 'off', why: 'chosen' }, undefined],
    [{ state: 'current', checkedAt: NOW }, 'Look for updates'],
    [{ state: 'failed', version: null, problem: { code: 'offline', message: 'x' } }, 'Look for updates'],
    [{ state: 'checking' }, 'Looking for updates…'],
    [{ state: 'available', version: '1.2.0', notes: '', how: 'apt', installable: false }, 'Version 1.2.0 is there…'],
    [{ state: 'downloading', version: '1.2.0', percent: 12 }, 'Fetching version 1.2.0…'],
    [{ state: 'ready', version: '1.2.0', notes: '' }, 'Restart into version 1.2.0'],
  ])('offers what fits to an update that is %j', (found, label) => {
    const shown = labels(view(update(found)).items).filter((name) => /update|version/i.test(name));
    expect(shown).toEqual(label === undefined ? [] : [label]);
  });

  it('says the same for a whole minute, so that it is redrawn once in it', () => {
    const state = stateAfter(signedIn(), online, of({ endsAt: NOW + 180_000 }));
    const tooltips = new Set(Array.from({ length: 60 }, (_, s) => trayView(state, NOW + s * 1_000).tooltip));
    expect([...tooltips]).toEqual(['Sallyport: signed in as Erin, deploy@db-1 open, 3 min left']);
  });

  it('says how soon the first of several ends', () => {
    const { tooltip } = view(
      signedIn(),
      of({ endsAt: NOW + 600_000 }),
      of({ id: 'gra_0000000002', endsAt: NOW + 60_000 }),
    );
    expect(tooltip).toBe('Sallyport: signed in as Erin, 2 accesses open, 1 min left of one');
  });

  it('offers only to release what drains, and says when it is cut', () => {
    const { items, icon } = view(signedIn(), online, of({ endsAt: NOW - 1, drainSeconds: 120 }));
    expect(icon).toBe('live');
    const menu = items.find((item) => item.kind === 'menu');
    expect(menu).toMatchObject({ label: 'deploy@db-1, cut in 2 min', items: [{ label: 'Release' }] });
  });

  it.each<[string, Change[], number]>([
    ['live', [signedIn(), live], 1],
    ['draining', [signedIn(), of({ endsAt: NOW - 1, drainSeconds: 120 })], 1],
    ['scheduled', [signedIn(), of({ status: { state: 'scheduled' } })], 0],
    ['over by the clock', [signedIn(), of({ endsAt: NOW })], 0],
    ['another’s', [signedIn(dana), live], 0],
  ])('knows whether a time counts down: access that is %s', (_name, changes, open) => {
    expect(view(...changes).open).toBe(open);
  });

  it.each<[string, Change[], string]>([
    ['what cannot be extended', [signedIn(), of({ extension: null })], 'Extend…'],
    ['what has not begun', [signedIn(), of({ status: { state: 'scheduled' } })], 'Connect'],
    ['what is another’s', [signedIn(dana), live], 'Connect'],
    ['what has drained', [signedIn(), of({ endsAt: NOW - 120_000, drainSeconds: 120 })], 'Release'],
  ])('does not offer %s', (_name, changes, label) => {
    expect(labels(view(...changes).items)).not.toContain(label);
  });

  it('says when what is scheduled begins', () => {
    const { items } = view(signedIn(), of({ status: { state: 'scheduled' }, startsAt: NOW + 60_000 }));
    expect(labels(items)).toContain(`deploy@db-1 begins at ${timeOfDay(NOW + 60_000)}`);
  });

  it('counts what waits, by the backend’s clock and the person’s groups', () => {
    const { items, waiting } = view(signedIn(dana), {
      kind: 'overview',
      overview: overview({ person: dana, requests: [request()] }),
      clockSkewMs: 0,
    });
    expect(labels(items)).toContain('Decide requests (1)');
    expect(waiting).toBe(1);
  });

  it('reckons the time that is left by the backend’s clock', () => {
    const { items } = view(signedIn(), { kind: 'clock', clockSkewMs: -3_540_000 }, live);
    expect(labels(items)).toContain('deploy@db-1, 1 h left');
  });

  it('offers the signed-out nothing but to open, set up, sign in and quit', () => {
    expect(labels(view().items)).toEqual([
      'signed out',
      'Open Sallyport',
      'Settings',
      'Look for updates',
      'Sign in…',
      'Quit',
    ]);
  });

  describe('offers again', () => {
    const option = {
      role: 'r',
      description: '',
      logins: ['deploy'],
      maxDurationSeconds: 900,
      reason: 'optional',
      ticket: 'none',
      needs: [],
    } as const;
    const target = (name: string) => ({ name, description: '', labels: {}, via: 'gateway' as const });
    const ask = (n: number, name: string, fields: Partial<AccessRequest> = {}) =>
      request({
        id: `req_000000000${n}`,
        createdAt: NOW - 1_000 + n,
        target: target(name),
        state: 'denied',
        ...fields,
      });
    const menu = (requests: AccessRequest[], grants: Grant[] = [], names = ['db-1', 'db-2', 'db-3', 'db-4']) =>
      labels(
        view(signedIn(), {
          kind: 'overview',
          overview: overview({
            requests,
            grants,
            access: names.map((name) => ({
              target: target(name),
              options: [{ ...option, logins: ['deploy'], needs: [] }],
            })),
          }),
          clockSkewMs: 0,
        }).items,
      ).filter((label) => label.startsWith('Ask again'));
    const again = (...names: string[]) => names.map((name) => `Ask again for deploy@${name}`);

    it.each<[string, string[], string[]]>([
      [
        'the last three, newest first, each once',
        menu([ask(1, 'db-1'), ask(2, 'db-2'), ask(3, 'db-2'), ask(4, 'db-3'), ask(5, 'db-4')]),
        again('db-4', 'db-3', 'db-2'),
      ],
      ['nothing that waits already', menu([ask(1, 'db-1'), ask(2, 'db-1', { state: 'pending' })]), []],
      ['nothing that is open', menu([ask(1, 'db-1')], [grant()]), []],
      ['nothing that is scheduled', menu([ask(1, 'db-1')], [grant({ status: { state: 'scheduled' } })]), []],
      ['what has ended', menu([ask(1, 'db-1')], [grant({ status: ended('expired') })]), again('db-1')],
      ['no extension', menu([ask(1, 'db-1', { extendsGrantId: grant().id })]), []],
      ['nothing that may not be asked for any more', menu([ask(1, 'db-1')], [], ['db-2']), []],
      ['nothing of others', menu([ask(1, 'db-1', { requester: { id: dana.id, name: 'Dana', email: '' } })]), []],
    ])('%s', (_name, found, expected) => {
      expect(found).toEqual(expected);
    });
  });
});

describe('do not disturb', () => {
  const noon = new Date(2027, 0, 31, 12, 0, 0).getTime();
  it.each<[QuietLength, number]>([
    ['hour', noon + 3_600_000],
    ['tomorrow', new Date(2027, 1, 1, 8, 0, 0).getTime()],
    ['off', 0],
  ])('%s', (length, until) => {
    expect(quietUntil(length, noon)).toBe(until);
  });

  it.each<[string, number, string[]]>([
    ['off', 0, ['Do not disturb', 'For 1 hour', 'Until tomorrow']],
    ['over', noon, ['Do not disturb', 'For 1 hour', 'Until tomorrow']],
    ['on', noon + 60_000, ['Do not disturb until 12:01', 'Disturb me again', 'For 1 hour', 'Until tomorrow']],
  ])('is a menu that says when it is %s', (_name, until, expected) => {
    expect(labels(quietItems(until, noon))).toEqual(expected);
  });
});
